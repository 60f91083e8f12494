import type { AppContext } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { header } from './header.ts';

/**
 * Random shares do not compress, and a body that unpacks is a bomb: no content coding is taken.
 * @throws Refusal UNSUPPORTED_MEDIA_TYPE
 */
export function requireMediaType(c: AppContext, mediaType: string): void {
  const coding = header(c, 'content-encoding');
  if (coding !== undefined && coding !== 'identity') {
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'bodies are taken without a content-encoding');
  }
  const type = header(c, 'content-type');
  if (type === mediaType) return;
  const essence = type?.split(';', 1)[0]?.trim().toLowerCase();
  if (essence !== mediaType) throw new Refusal('UNSUPPORTED_MEDIA_TYPE', `the body must be ${mediaType}`);
}
