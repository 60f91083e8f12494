import { API_VERSION, JSON_MEDIA_TYPE } from '@sharemesh/wire';
import type { HealthResponse } from '@sharemesh/wire';

const body = JSON.stringify({ api_version: API_VERSION, status: 'ok' } satisfies HealthResponse);
const headers = { 'content-type': JSON_MEDIA_TYPE, 'cache-control': 'no-store' };

/** GET /v1/health: the process answers. Depends on nothing else. */
export const health = (): Response => new Response(body, { headers });
