/** Bytes of a seed: 256 bits, twice the security level. */
export const SEED_BYTES = 32;

/** What a polynomial is for. Two purposes never share a stream. */
export type Purpose =
  'uniform' | 'public key' | 'secret' | 'error' | 'key error' | 'mask' | 'mask error' | 'flood';

const utf8 = new TextEncoder();

/** A fresh seed from the system's generator. */
export const randomSeed = (): Uint8Array => crypto.getRandomValues(new Uint8Array(SEED_BYTES));

/**
 * The message whose TurboSHAKE128 stream a polynomial is drawn from, in the frame of the VDAF draft's XofTurboShake128:
 * le16(|dst|) ‖ dst ‖ u8(|seed|) ‖ seed ‖ binder, with binder = le16(index).
 */
export function streamMessage(purpose: Purpose, seed: Uint8Array, index = 0): Uint8Array {
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
