import type { Figure } from '../../figure.ts';
import { summarize } from '../../measure/statistics.ts';
import { heldOutDigits } from '../../mnist.ts';
import { matrixModel } from '../../peers/ml-matrix.ts';
import { networkA, randomInputs } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import type { Caller } from '../mesh/caller.ts';
import { measureCalls } from '../mesh/measure-calls.ts';
import { Stand } from '../mesh/stand.ts';
import { ckksTargets } from './targets.ts';

const BATCH = 50;
const BITS = [28, 14] as const;

/** Three encrypted layers over HTTP: one digit for the time, many for the answers. */
export async function measureNetworkA(lab: Lab): Promise<void> {
  const { record, scope } = lab;
  const stand = await Stand.open(lab, networkA, { parties: 0, bridge: true, bits: [14, 28] });
  try {
    const callers: Caller[] = [];
    for (const bits of BITS) callers.push(await stand.ckks({ bits }));
    const samples = await measureCalls(lab, [...stand.plain(), ...callers], { shape: networkA, batch: 1 });
    const times = callers.map(({ way }) => ({ title: way.title, ...summarize(samples.get(way.id)!) }));
    const [{ median, p10, p90 }] = times as [(typeof times)[0]];
    const values = times.map((time) => ({ title: time.title, value: time.median }));
    record.figure(ckksTargets.networkA, median, { spread: [p10, p90], sides: { unit: 'ms', values } });

    const count = scope.quick ? 100 : 500;
    const digits = await heldOutDigits(count);
    if (!digits) {
      record.note(
        'The MNIST digits are not here: random inputs stand in for them in the figures of Network A.',
      );
    }
    if (scope.quick)
      record.note(`A short run: argmax and logits of Network A are of ${count} digits, not of 500.`);
    await recordAnswers(lab, callers, digits ?? randomInputs(networkA, count), count);
  } finally {
    await stand.close();
  }
}

/** Every digit by every precision, held against the float64 model. The first precision gives the figures. */
async function recordAnswers(
  { models, record, signal }: Lab,
  callers: readonly Caller[],
  digits: Float64Array,
  count: number,
): Promise<void> {
  const { layers } = await models.files(networkA);
  const expected = matrixModel(layers).infer(digits, count);
  const [inputs, outputs] = [networkA.sizes[0]!, networkA.sizes.at(-1)!];
  const found: { title: string; agreement: number; error: number }[] = [];
  for (const { way, call } of callers) {
    let [agreements, error] = [0, 0];
    for (let first = 0; first < count; first += BATCH) {
      signal.throwIfAborted();
      const x = digits.slice(first * inputs, (first + BATCH) * inputs);
      const { output } = await call(x, BATCH);
      for (let b = 0; b < BATCH; b++) {
        const actual = output.subarray(b * outputs, (b + 1) * outputs);
        const truth = expected.subarray((first + b) * outputs, (first + b + 1) * outputs);
        if (argmax(actual) === argmax(truth)) agreements++;
        error = Math.max(error, ...actual.map((value, k) => Math.abs(value - truth[k]!)));
      }
    }
    found.push({ title: way.title, agreement: (100 * agreements) / count, error });
  }
  const sides = (unit: '%' | '', of: 'agreement' | 'error'): Pick<Figure, 'sides'> => ({
    sides: { unit, values: found.map((one) => ({ title: one.title, value: one[of] })) },
  });
  record.figure(ckksTargets.agreement, found[0]!.agreement, sides('%', 'agreement'));
  record.figure(ckksTargets.logitError, found[0]!.error, sides('', 'error'));
}

const argmax = (values: Float64Array): number => values.indexOf(Math.max(...values));
