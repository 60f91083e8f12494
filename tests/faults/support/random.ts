/** Repeatable choices for a test. Not for secrets: those come from the system's generator, also in tests. */
export interface Random {
  /** An integer in [0, bound). */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** The same seed and stream give the same choices: mulberry32 over a mix of both. */
export function createRandom(seed: number, stream = 0): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (bound) => Math.floor(next() * bound),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
  };
}

/** The seed of this run: `FAULT_SEED`, or a new one. Print it, so that the schedule can be had again. */
export function faultSeed(): number {
  const given = process.env['FAULT_SEED'];
  return given === undefined ? crypto.getRandomValues(new Uint32Array(1))[0]! : Number(given) >>> 0;
}
