import { logistic } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { summarize } from '../../measure/statistics.ts';
import { measureCalls } from '../mesh/measure-calls.ts';
import { Stand } from '../mesh/stand.ts';
import { ckksTargets } from './targets.ts';

/** The smallest call there is, in both tiers: what is left when there is next to nothing to compute. */
export async function measureLogistic(lab: Lab): Promise<void> {
  const { record } = lab;
  const stand = await Stand.open(lab, logistic, { parties: 0, bridge: true, bits: [14] });
  try {
    const byDefault = await stand.ckks({ bits: 14 });
    const publicModel = await stand.ckks({ bits: 14, tier: 'public-model' });
    const callers = [...stand.plain(), byDefault, publicModel];
    const samples = await measureCalls(lab, callers, { shape: logistic, batch: 1 });
    const time = (id: string) => {
      const { median, p10, p90 } = summarize(samples.get(id)!);
      return [median, { spread: [p10, p90] as const }] as const;
    };
    const bytes = (id: string, of: 'bytesUp' | 'bytesDown') =>
      record.calls.findLast(({ way, shape }) => way.id === id && shape === logistic.title)![of] / 1_000;
    const [own, open] = [byDefault.way.id, publicModel.way.id];
    record.figure(ckksTargets.logistic, ...time(own));
    record.figure(ckksTargets.logisticUp, bytes(own, 'bytesUp'));
    record.figure(ckksTargets.logisticPublic, ...time(open));
    record.figure(ckksTargets.logisticPublicUp, bytes(open, 'bytesUp'));
    record.figure(ckksTargets.logisticPublicDown, bytes(open, 'bytesDown'));
  } finally {
    await stand.close();
  }
}
