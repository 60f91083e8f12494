import type { FieldVector } from './field.ts';

/** Fills the whole of `target` with uniform bytes. */
export type RandomSource = (target: Uint8Array) => void;

export const SEED_BYTES = 32;

/** The most that one call of `crypto.getRandomValues` gives (W3C Web Cryptography API). */
const QUOTA = 65_536;

/**
 * The only source of randomness in use. Functions that take another are there for the tests, which must be able to
 * break it, and are not exported from the package.
 */
export const systemRandom: RandomSource = (target) => {
  for (let start = 0; start < target.length; start += QUOTA) {
    crypto.getRandomValues(target.subarray(start, start + QUOTA) as Uint8Array<ArrayBuffer>);
  }
};

/** `length` independent uniform elements of F_p from the system's generator. */
export function randomField(length: number): FieldVector {
  return randomFieldFrom(systemRandom, length);
}

/** 32 uniform bytes from the system's generator. */
export function randomSeed(): Uint8Array {
  return randomSeedFrom(systemRandom);
}

/** As `randomField`, from a given source: 61 bits of every 64-bit word, and p itself, once in 2^61, drawn again. */
export function randomFieldFrom(random: RandomSource, length: number): FieldVector {
  const vector = new BigUint64Array(length);
  random(new Uint8Array(vector.buffer));
  const halves = new Uint32Array(vector.buffer);
  for (let i = 0; i < halves.length; i += 2) {
    halves[i + 1]! &= 0x1fff_ffff;
    if (halves[i] === 0xffff_ffff && halves[i + 1] === 0x1fff_ffff) {
      vector.set(randomFieldFrom(random, 1), i >> 1);
    }
  }
  return vector;
}

export function randomSeedFrom(random: RandomSource): Uint8Array {
  const seed = new Uint8Array(SEED_BYTES);
  random(seed);
  return seed;
}
