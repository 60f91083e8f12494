import { vi } from 'vitest';

/**
 * What the system's generator gave, and who got it: seeds and masks must be its bytes, and no byte may serve twice. A
 * constant seed, one that is used again, one with a few random bytes, or one from another generator is not found.
 */
export class GeneratorLog {
  readonly #calls: Uint8Array[] = [];
  readonly #getRandomValues;
  readonly #mathRandom;
  #unfit = 0;

  /** Listens until `stop`. Nothing may have been drawn before that is used after: pools keep what they were given. */
  constructor() {
    const original = crypto.getRandomValues.bind(crypto);
    this.#getRandomValues = vi.spyOn(crypto, 'getRandomValues').mockImplementation((target) => {
      original(target);
      const { buffer, byteOffset, byteLength } = target!;
      this.#calls.push(new Uint8Array(buffer, byteOffset, byteLength).slice());
      return target;
    });
    const mathRandom = Math.random;
    this.#mathRandom = vi.spyOn(Math, 'random').mockImplementation(() => {
      // in a page, what vitest puts in place of import() draws a name by it
      if (!/\bwrapModule\b/.test(new Error().stack!)) this.#unfit++;
      return mathRandom();
    });
  }

  stop(): void {
    this.#getRandomValues.mockRestore();
    this.#mathRandom.mockRestore();
  }

  /** How often Math.random was called. */
  get unfit(): number {
    return this.#unfit;
  }

  /** What calls for so many bytes were given. */
  callsFor(length: number): readonly Uint8Array[] {
    return this.#calls.filter((bytes) => bytes.length === length);
  }

  /** The first of these, as hexadecimal, that the generator did not give, or that overlaps another; undefined for none. */
  firstForeign(seeds: readonly string[]): string | undefined {
    // two characters between calls, so that nothing is found across two, nor in the middle of a byte
    const given = this.#calls.map(toHex).join('||');
    const found = seeds.map((seed) => ({ seed, at: indexOfBytes(given, seed) }));
    const sorted = found.toSorted((a, b) => a.at - b.at);
    return sorted.find(
      ({ at }, i) => at < 0 || (i > 0 && at < sorted[i - 1]!.at + sorted[i - 1]!.seed.length),
    )?.seed;
  }

  /** The first of these vectors that is not 61 bits of each word of a call of its own; undefined for none. */
  firstForeignVector(vectors: readonly BigUint64Array[]): BigUint64Array | undefined {
    const calls = this.#calls
      .filter(({ length }) => length % 8 === 0)
      .map((bytes) => new BigUint64Array(bytes.buffer));
    const used = new Set<BigUint64Array>();
    return vectors.find((vector) => {
      const call = calls.find(
        (words) =>
          !used.has(words) &&
          words.length === vector.length &&
          words.every((word, i) => BigInt.asUintN(61, word) === vector[i]),
      );
      if (call) used.add(call);
      return !call;
    });
  }
}

function indexOfBytes(text: string, hex: string): number {
  let at = text.indexOf(hex);
  while (at >= 0 && at % 2 === 1) at = text.indexOf(hex, at + 1);
  return at;
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
