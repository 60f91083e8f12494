import type { AppContext } from '../context.ts';
import { Refusal } from '../refusal.ts';

/**
 * Random shares do not compress, and a body that unpacks is a bomb: no content coding is taken.
 * @throws Refusal UNSUPPORTED_MEDIA_TYPE
 */
export function requireMediaType(c: AppContext, mediaType: string): void {
  const coding = c.req.header('content-encoding');
  if (coding !== undefined && coding !== 'identity') {
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'bodies are taken without a content-encoding');
  }
  const type = c.req.header('content-type');
  if (type === mediaType) return;
  const essence = type?.split(';', 1)[0]?.trim().toLowerCase();
  if (essence !== mediaType) throw new Refusal('UNSUPPORTED_MEDIA_TYPE', `the body must be ${mediaType}`);
}
