import type { Figure, Target } from '../../figure.ts';
import type { Samples } from '../../measure/interleave.ts';
import { ratioOf, summarize } from '../../measure/statistics.ts';
import { costOf } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import type { Caller } from './caller.ts';
import { measureCalls } from './measure-calls.ts';
import { Stand } from './stand.ts';

/** Beyond this many multiply-adds a batch is not worth a short run. */
const QUICK_LIMIT = 1e8;

/** Ratios of the calls at 1024², one row. */
const ratios: readonly (readonly [Target, of: string, over: string])[] = [
  [targets.callMatrix, 'shares-2-14', 'plain-ml-matrix'],
  [targets.callOnnx, 'shares-2-14', 'plain-onnxruntime'],
  [targets.onlineOnnx, 'shares-2-14-prepared', 'plain-onnxruntime'],
];

/** One shape over HTTP: in the clear, on shares of 2, 3 and 5 parties, in both precisions, and prepared ahead. */
export async function measureShape(lab: Lab, shape: Shape): Promise<void> {
  const { scope, models } = lab;
  const stand = await Stand.open(lab, shape, { parties: Math.max(...scope.parties), bits: [14, 28] });
  try {
    const { layers } = await models.files(shape);
    const callers: Caller[] = stand.plain();
    for (const parties of scope.parties) {
      for (const bits of [14, 28] as const) callers.push(await stand.shares(parties, { bits }));
    }
    const prepared = scope.parties.includes(2) ? [await stand.shares(2, { bits: 14, prepared: true })] : [];
    const batches = scope.batches.filter((batch) => !scope.quick || costOf(shape) * batch <= QUICK_LIMIT);
    for (const batch of batches) {
      // what is prepared is kept in memory: for large batches that would be the limit
      const ways = batch * layers[0]!.inputSize <= 8_192 ? [...callers, ...prepared] : callers;
      const samples = await measureCalls(lab, ways, { shape, batch });
      if (shape.id === '1024x1024' && batch === 1) {
        const titles = new Map(ways.map(({ way }) => [way.id, way.title]));
        for (const [target, of, over] of ratios) recordRatio(lab, target, samples, [of, over], titles);
      }
    }
  } finally {
    await stand.close();
  }
}

function recordRatio(
  { record }: Lab,
  target: Target,
  samples: Samples,
  ids: readonly [of: string, over: string],
  titles: ReadonlyMap<string, string>,
): void {
  const [a, b] = ids.map((id) => samples.get(id));
  if (!a || !b) return;
  const values = ids.map((id) => ({ title: titles.get(id)!, value: summarize(samples.get(id)!).median }));
  const sides: NonNullable<Figure['sides']> = { unit: 'ms', values };
  record.ratio(target, ratioOf(a, b), { sides });
}
