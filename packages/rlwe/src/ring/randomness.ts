import { requireInteger } from '@sharemesh/wire/errors';

/** Bytes of a seed: 256 bits, twice the security level. */
export const SEED_BYTES = 32;

/** Polynomials that anyone may know: their seeds travel. */
export type PublicPurpose = 'uniform' | 'public key';

/** Polynomials that nobody else may know. */
export type SecretPurpose = 'secret' | 'error' | 'key error' | 'mask' | 'mask error' | 'flood';

/** What a polynomial is for. Two purposes never share a stream. */
export type Purpose = PublicPurpose | SecretPurpose;

const utf8 = new TextEncoder();

const pool = new Uint8Array(64 * SEED_BYTES);
let used = pool.length;

/** A fresh seed from the system's generator, which is asked for many at a time; each leaves the pool once. */
export function randomSeed(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const seed = pool.slice(used, used + SEED_BYTES);
  pool.fill(0, used, used + SEED_BYTES);
  used += SEED_BYTES;
  return seed;
}

/**
 * The message whose TurboSHAKE128 stream a polynomial is drawn from, in the frame of the VDAF draft's XofTurboShake128:
 * le16(|dst|) ‖ dst ‖ u8(|seed|) ‖ seed ‖ binder, with binder = le16(index).
 *
 * @throws MeshError INVALID_INPUT for a seed of another length or an index of more than 16 bits: it would repeat a stream
 */
export function streamMessage(purpose: Purpose, seed: Uint8Array, index = 0): Uint8Array {
  requireInteger('the length of a seed', seed.length, SEED_BYTES, SEED_BYTES);
  requireInteger('the index of a stream', index, 0, 0xffff);
  const dst = utf8.encode(`sharemesh v1 rlwe ${purpose}`);
  const message = new Uint8Array(2 + dst.length + 1 + seed.length + 2);
  const view = new DataView(message.buffer);
  view.setUint16(0, dst.length, true);
  message.set(dst, 2);
  message[2 + dst.length] = seed.length;
  message.set(seed, 3 + dst.length);
  view.setUint16(3 + dst.length + seed.length, index, true);
  return message;
}

/**
 * Draw a secret polynomial from a seed of its own, which is used for nothing else and wiped before this returns.
 * @param sample is given the message of each stream; one by default, one a digit for polynomials that have digits
 */
export function drawSecret(
  purpose: SecretPurpose,
  sample: (message: Uint8Array, index: number) => void,
  streams = 1,
): void {
  const seed = randomSeed();
  for (let index = 0; index < streams; index++) {
    const message = streamMessage(purpose, seed, index);
    sample(message, index);
    message.fill(0);
  }
  seed.fill(0);
}
