import { setTimeout as sleep } from 'node:timers/promises';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { MeshError } from '@sharemesh/wire/errors';
import { CHANGES_BYTES, drawFault } from './faults.ts';
import type { Fault, FaultKind } from './faults.ts';
import { DEADLINE_MS, Lane } from './lane.ts';
import type { LanePart, Mode } from './lane.ts';
import { drawLie } from './lies.ts';
import type { Lie, LieKind } from './lies.ts';
import { INPUTS, faultBundle, trueAnswer } from './model.ts';
import { strayShares } from './party-log.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { count, emptyTally } from './tally.ts';
import type { Tally } from './tally.ts';

export interface RunOptions {
  readonly seed: number;
  readonly operations: number;
  readonly modes: readonly Mode[];
  /** Operations under way at once. */
  readonly lanes: number;
  /** Chance that a party meets trouble on the network, and that it lies. */
  readonly faultChance: number;
  readonly lieChance: number;
  /** Draw from these kinds only. */
  readonly faultKinds?: readonly FaultKind[];
  readonly lieKinds?: readonly LieKind[];
  /** For each inference; short by default, as many replies never come. */
  readonly deadlineMs?: number;
}

/** An operation that has not ended by then never will. */
const HANG_MS = 90_000;

/**
 * Inferences under faults and lies, drawn from the seed: operation k has the same input, faults and lies in every run. Each
 * accepted answer is held against the one right answer.
 */
export async function runOperations(options: RunOptions): Promise<Tally> {
  const kernels = await loadFieldKernels();
  const bundle = faultBundle();
  const stale = faultBundle(2);
  const tally = emptyTally();
  const modes = options.modes.map((mode) =>
    mode.options.verification === 'freivalds'
      ? { ...mode, options: { ...mode.options, checks: { planes: bundle.planes } } }
      : mode,
  );
  const perMode = Math.ceil(options.operations / modes.length);
  for (const [m, mode] of modes.entries()) {
    const lanes = await Promise.all(
      Array.from({ length: options.lanes }, () => Lane.open(mode, { kernels, bundle, stale })),
    );
    let next = 0;
    try {
      await Promise.all(
        lanes.map(async (lane) => {
          while (next < perMode) {
            const stream = m * 1_000_000 + next++;
            const oracle = (x: Float64Array) => trueAnswer(bundle, x);
            await operate({ lane, stream, options, tally, oracle });
          }
          if (!(await isWell(lane, bundle))) tally.unwell++;
        }),
      );
    } finally {
      for (const { parts } of lanes) {
        const logs = parts.map(({ party }) => party.log);
        tally.leaks += strayShares(logs);
      }
      await Promise.all(lanes.map((lane) => lane.close()));
    }
  }
  return tally;
}

/** What a party does, and what is done to it, in one operation. */
interface Trouble {
  readonly faults: readonly Fault[];
  readonly lie: Lie | undefined;
}

/** With no fault and no liar left: does the same client get the right answer? */
async function isWell(lane: Lane, bundle: ModelBundle): Promise<boolean> {
  for (const { party, proxy } of lane.parts) {
    proxy.plan = [];
    party.lie = undefined;
  }
  const x = new Float64Array(INPUTS).fill(0.25);
  const outcome = await attempt(lane, x, HANG_MS / 2);
  const truth = trueAnswer(bundle, x);
  return 'output' in outcome && outcome.output.every((value, i) => Object.is(value, truth[i]));
}

interface Operation {
  readonly lane: Lane;
  /** Number of the operation: with the seed, all that it is drawn from. */
  readonly stream: number;
  readonly options: RunOptions;
  readonly tally: Tally;
  readonly oracle: (x: Float64Array) => Float64Array;
}

async function operate({ lane, stream, options, tally, oracle }: Operation): Promise<void> {
  const random = createRandom(options.seed, stream);
  const x = Float64Array.from({ length: INPUTS }, () => random.below(2_001) / 1_000 - 1);
  const troubles = lane.parts.map((part) => arrange(part, random, options));
  // replies overtake each other only where several are under way
  const copies = random.chance(0.2) ? 2 : 1;
  const truth = oracle(x);
  const before = lane.parts.map(({ party, proxy }) => ({ lies: party.lies, met: proxy.met.length }));
  const outcomes = await Promise.all(
    Array.from({ length: copies }, () => attempt(lane, x, options.deadlineMs ?? DEADLINE_MS)),
  );

  const met = lane.parts.map(({ proxy }, i) => proxy.met.splice(before[i]!.met));
  const lied = lane.parts.map(({ party }, i) => party.lies > before[i]!.lies);
  met.flat().forEach((kind) => count(tally.faults, kind));
  troubles.forEach(({ lie }, i) => lie && lied[i] && count(tally.lies, lie.kind));
  const suspect = lane.parts.map((_, i) => lied[i]! || met[i]!.some((kind) => CHANGES_BYTES.has(kind)));

  const note = (what: string) => {
    const parties = met.map(
      (kinds, i) => `${kinds.join('+')}${lied[i] ? ` lied: ${troubles[i]!.lie?.kind}` : ''}`,
    );
    tally.notes.push(`${what}: ${lane.mode.name}, operation ${stream}: ${parties.join(' | ')}`);
  };

  for (const outcome of outcomes) {
    tally.operations++;
    if ('error' in outcome) noteError(outcome.error, tally);
    else if (outcome.output.every((value, i) => Object.is(value, truth[i]))) tally.right++;
    else if (!lane.mode.verified && suspect.includes(true)) tally.wrongUnverified++;
    else {
      tally.wrong++;
      note('a wrong answer was accepted');
    }
    const accused = new Set(accusedBy(outcome));
    const slandered = lane.parts.filter(({ proxy }, i) => accused.has(proxy.url) && !suspect[i]).length;
    if (slandered > 0 && (lane.mode.verified || suspect.filter(Boolean).length <= correctable(lane.mode))) {
      tally.slandered += slandered;
      note('an honest party was accused');
    }
  }
  tally.changedRetries += lane.parts.reduce((sum, { party }) => sum + party.log.takeChangedRetries(), 0);
}

/** How many wrong replies a surplus of them can tell apart without checks: ⌊(parties − threshold)/2⌋. */
function correctable({ parties, options }: Mode): number {
  const { sharing } = options;
  return sharing?.scheme === 'shamir' ? Math.floor((parties - sharing.threshold) / 2) : 0;
}

/** Set a party up for the operation to come. */
function arrange({ party, proxy }: LanePart, random: Random, options: RunOptions): Trouble {
  const { faultChance, lieChance, faultKinds, lieKinds } = options;
  const troubled = random.chance(faultChance);
  const faults = Array.from({ length: troubled ? 1 + random.below(3) : 0 }, () =>
    drawFault(random, faultKinds && random.pick(faultKinds)),
  );
  const lie = random.chance(lieChance) ? drawLie(random, lieKinds && random.pick(lieKinds)) : undefined;
  proxy.plan = [...faults];
  party.lie = lie;
  return { faults, lie };
}

type Outcome =
  { readonly output: Float64Array; readonly accused: readonly string[] } | { readonly error: unknown };

class Hang extends Error {}

async function attempt({ client, mode }: Lane, x: Float64Array, deadlineMs: number): Promise<Outcome> {
  const work = async (): Promise<Outcome> => {
    if (mode.prepared) await client.prepare(1, { deadlineMs });
    const { output, report } = await client.infer(x, { deadlineMs });
    const faults = report.layers.flatMap((layer) => layer.faults);
    const lied = faults.filter(({ code }) => code === 'WRONG_REPLY').map(({ party }) => party);
    const disagreeing = report.layers.flatMap(({ agreement }) => agreement?.disagreeing ?? []);
    return { output, accused: [...lied, ...disagreeing] };
  };
  const watch = new AbortController();
  const late = sleep(HANG_MS, undefined, { signal: watch.signal }).then(
    () => Promise.reject(new Hang()),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    return { error };
  } finally {
    watch.abort();
  }
}

function noteError(error: unknown, tally: Tally): void {
  if (error instanceof Hang) tally.hangs++;
  else if (MeshError.is(error)) count(tally.errors, error.code);
  else tally.untyped++;
}

function accusedBy(outcome: Outcome): readonly string[] {
  if (!('error' in outcome)) return outcome.accused;
  const { error } = outcome;
  return MeshError.is(error) && error.code === 'WRONG_REPLY' && error.party ? [error.party] : [];
}
