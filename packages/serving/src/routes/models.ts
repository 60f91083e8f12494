import { JSON_MEDIA_TYPE } from '@sharemesh/wire';
import type { Handler } from '../context.ts';
import type { Services } from '../services.ts';

/** GET /v1/models: what can be inferred here, and all that a client needs for it. */
export function models({ catalog }: Services): Handler {
  return () => new Response(catalog.listing, { headers: { 'content-type': JSON_MEDIA_TYPE } });
}
