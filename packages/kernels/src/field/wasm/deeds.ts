/** More than a thread needs: its working space grows only for a larger operation than any before. */
const MOST = 64;

/**
 * Which pages of a shared memory a thread owns, in memory that outlives it: a thread that ends in the middle of its work
 * gives nothing back, and shared memory never shrinks. [number of runs, then first page and number of pages of each]
 */
export type Deeds = Int32Array<SharedArrayBuffer>;

export interface Pages {
  readonly first: number;
  readonly count: number;
}

export const createDeeds = (): Deeds => new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * MOST)));

export function readDeeds(deeds: Deeds): Pages[] {
  return Array.from({ length: deeds[0]! }, (_, k) => ({
    first: deeds[1 + 2 * k]!,
    count: deeds[2 + 2 * k]!,
  }));
}

/** Beyond the table's length pages are not noted, and lost with their thread. */
export function addDeed(deeds: Deeds, { first, count }: Pages): void {
  const runs = deeds[0]!;
  if (runs === MOST) return;
  deeds.set([first, count], 1 + 2 * runs);
  // last, so that a thread that ends between the two has noted nothing wrong
  deeds[0] = runs + 1;
}
