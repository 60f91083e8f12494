/**
 * A seeded source of numbers for demo data and splits: the same seed gives the same numbers on every machine.
 * It is predictable by design. Shares and keys are never made from it.
 */
export interface SeededRandom {
  /** In [low, high). */
  uniform(low: number, high: number): number;
  /** In 0 … n − 1. */
  integer(n: number): number;
  /** A bell of mean 0 and the given standard deviation, never beyond three of them. */
  bell(deviation: number): number;
}

/** The 32-bit generator sfc32 of PractRand (Chris Doty-Humphrey): shifts, sums and a counter. */
export function seededRandom(seed: number): SeededRandom {
  let a = seed >>> 0;
  let b = 0;
  let c = 0;
  let counter = 1;
  const next = (): number => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return (out >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return {
    uniform: (low, high) => low + (high - low) * next(),
    integer: (n) => Math.floor(next() * n),
    // the sum of three uniforms has variance 1/4
    bell: (deviation) => (next() + next() + next() - 1.5) * 2 * deviation,
  };
}

/** Put the items in random order (Fisher–Yates), in place. */
export function shuffle(items: unknown[], random: SeededRandom): void {
  for (let k = items.length - 1; k > 0; k--) {
    const other = random.integer(k + 1);
    [items[k], items[other]] = [items[other], items[k]];
  }
}
