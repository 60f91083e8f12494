/** One side of a comparison. */
export interface Contender {
  /** Unique within its comparison. */
  readonly name: string;
  run(): unknown;
}

export interface Pace {
  /** Rounds, in each of which every contender gives one sample. */
  readonly rounds: number;
  /** Stop after this long, with fewer rounds; at least `minRounds`. Milliseconds for all contenders together. */
  readonly budgetMs: number;
  readonly minRounds: number;
  /** Repeat a short contender within one sample until it lasts this long, and divide. Milliseconds; 0: never. */
  readonly sampleMs: number;
  /** Runs of each contender before the first sample: for this long, in milliseconds, or this many. */
  readonly warmUpMs: number;
  readonly mostWarmUps: number;
}

/** Milliseconds per run, by contender; sample k of each is from round k. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** The most runs that are averaged into one sample. */
const MOST_REPEATS = 10_000;

/**
 * Time contenders in turn: A B C, then C B A, and so on, so that whatever slows the machine for a while slows all of
 * them, and none always profits from what the one before it left in the caches.
 *
 * @throws the signal's reason when it aborts between two samples
 */
export async function interleave(
  contenders: readonly Contender[],
  pace: Pace,
  signal?: AbortSignal,
): Promise<Samples> {
  const lanes: Lane[] = [];
  for (const contender of contenders) {
    signal?.throwIfAborted();
    lanes.push({ contender, repeats: await warmUp(contender, pace), samples: [] });
  }
  const started = performance.now();
  for (let round = 0; round < pace.rounds; round++) {
    signal?.throwIfAborted();
    if (round >= pace.minRounds && performance.now() - started > pace.budgetMs) break;
    for (const lane of round % 2 === 0 ? lanes : lanes.toReversed()) {
      lane.samples.push(await time(lane.contender, lane.repeats));
    }
  }
  return new Map(lanes.map(({ contender, samples }) => [contender.name, samples]));
}

interface Lane {
  readonly contender: Contender;
  readonly repeats: number;
  readonly samples: number[];
}

/** Run until the compilers have seen enough, and find out how many runs make a sample. */
async function warmUp(contender: Contender, pace: Pace): Promise<number> {
  const { warmUpMs, mostWarmUps, sampleMs } = pace;
  const started = performance.now();
  let fastest = Infinity;
  for (let run = 0; run < mostWarmUps; run++) {
    fastest = Math.min(fastest, await time(contender, 1));
    if (performance.now() - started > warmUpMs) break;
  }
  return Math.min(MOST_REPEATS, Math.max(1, Math.ceil(sampleMs / Math.max(fastest, 1e-4))));
}

/** Milliseconds per run, averaged over `repeats` runs one after the other. */
async function time({ run }: Contender, repeats: number): Promise<number> {
  const started = performance.now();
  for (let k = 0; k < repeats; k++) {
    const pending = run();
    // awaiting what is no promise would add a turn of the microtask queue to kernels of a few microseconds
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - started) / repeats;
}
