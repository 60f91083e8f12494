import { interleave } from '../../measure/interleave.ts';
import type { Samples } from '../../measure/interleave.ts';
import { summarize } from '../../measure/statistics.ts';
import type { CallMeasurement } from '../../result.ts';
import { matrixModel } from '../../peers/ml-matrix.ts';
import { randomInputs } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import type { Caller, CallOutcome } from './caller.ts';

export interface CallsOptions {
  readonly shape: Shape;
  readonly batch: number;
  readonly rttMs?: number;
}

/** The same inputs by every way in turn; what each took is recorded. @returns the samples by the id of the way */
export async function measureCalls(
  { models, record, callPace, signal }: Lab,
  callers: readonly Caller[],
  { shape, batch, rttMs = 0 }: CallsOptions,
): Promise<Samples> {
  const { layers } = await models.files(shape);
  const x = randomInputs(shape, batch);
  for (const caller of callers) await caller.prepare?.(callPace.rounds + callPace.mostWarmUps, batch);

  const outcomes = new Map<string, CallOutcome[]>(callers.map(({ way }) => [way.id, []]));
  const samples = await interleave(
    callers.map((caller) => ({
      name: caller.way.id,
      run: async () => void outcomes.get(caller.way.id)!.push(await caller.call(x, batch)),
    })),
    callPace,
    signal,
  );

  const expected = matrixModel(layers).infer(x, batch);
  for (const { way, floor } of callers) {
    const times = samples.get(way.id)!;
    const measured = outcomes.get(way.id)!.slice(-times.length);
    const last = measured.at(-1)!;
    record.calls.push({
      shape: shape.title,
      batch,
      way,
      rttMs,
      time: summarize(times),
      phases: medianPhases(measured),
      bytesUp: last.bytesUp,
      bytesDown: last.bytesDown,
      ...(floor && { floor: floor(batch) }),
      error: relativeError(last.output, expected),
    } satisfies CallMeasurement);
  }
  return samples;
}

function medianPhases(outcomes: readonly CallOutcome[]): Record<string, number> {
  const names = Object.keys(outcomes[0]!.phases);
  return Object.fromEntries(
    names.map((name) => [name, summarize(outcomes.map(({ phases }) => phases[name] ?? 0)).median]),
  );
}

/** Largest difference, over the largest expected value. */
function relativeError(actual: Float64Array, expected: Float64Array): number {
  let difference = 0;
  let largest = 0;
  for (const [k, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(actual[k]! - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / largest;
}
