import { connect } from '@sharemesh/client/node';
import type { WeightBits } from '@sharemesh/model';
import { modelIdOf } from '../../models.ts';
import type { Way } from '../../result.ts';
import type { Shape } from '../../shapes.ts';
import { outcomeOf, rowsOf } from './caller.ts';
import type { Caller } from './caller.ts';

export interface CkksChoice {
  readonly bits: WeightBits;
  /** Default ckks. */
  readonly scheme?: 'ckks' | 'bfv';
  /** Default circuit-private. */
  readonly tier?: 'circuit-private' | 'public-model';
}

/** The model on ciphertexts, on one server that cannot read them. */
export async function ckksCaller(url: string, shape: Shape, choice: CkksChoice): Promise<Caller> {
  const { bits, scheme = 'ckks', tier = 'circuit-private' } = choice;
  const client = await connect({
    bridge: url,
    model: modelIdOf(shape, bits),
    scheme,
    tier,
    deadlineMs: 300_000,
  });
  return {
    way: ckksWay(bits, scheme, tier),
    async call(x, batch) {
      const { outputs, report } = await client.inferBatch(rowsOf(x, batch));
      return outcomeOf(outputs, report);
    },
    close: () => client.close(),
  };
}

const ckksWay = (
  bits: WeightBits,
  scheme: NonNullable<CkksChoice['scheme']>,
  tier: NonNullable<CkksChoice['tier']>,
): Way => ({
  id: `${scheme}-${bits}${tier === 'public-model' ? '-public' : ''}`,
  title: `${scheme}, ${bits}-bit${tier === 'public-model' ? ', public model' : ''}`,
  family: 'ckks',
  trust: 'nobody, as long as RLWE is hard',
});
