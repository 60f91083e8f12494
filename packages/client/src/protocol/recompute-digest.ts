import { digestedBytes } from '@sharemesh/model/digested-bytes';
import type { ModelInfo } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';

/**
 * The digest of a model from its parts, as `digestOf` of `@sharemesh/model` computes it, but by the platform's SHA-256: a
 * tenth of the client's size would go into another one.
 *
 * @throws MeshError UNSUPPORTED in a browser page that came neither by https nor from this machine; it has no Web Crypto
 */
export async function recomputeDigest(model: ModelInfo): Promise<string> {
  const { subtle } = globalThis.crypto;
  if (!subtle)
    throw new MeshError('UNSUPPORTED', 'the page must be a secure context: https, or this machine');
  const bytes = digestedBytes(model) as Uint8Array<ArrayBuffer>;
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
