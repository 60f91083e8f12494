import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { measureCalls } from '../mesh/measure-calls.ts';
import { Stand } from '../mesh/stand.ts';

const BITS = 28;

/** One digit or vector by every way to infer, over longer and longer cables. */
export async function measureWays(lab: Lab, shape: Shape): Promise<void> {
  const { scope, callPace } = lab;
  for (const rttMs of new Set([0, ...scope.rtts])) {
    const stand = await Stand.open(lab, shape, { parties: 2, bridge: true, bits: [BITS], rttMs });
    try {
      const callers = [
        ...stand.plain(),
        await stand.shares(2, { bits: BITS }),
        await stand.ckks({ bits: BITS }),
        await stand.ckks({ bits: BITS, scheme: 'bfv' }),
        await stand.ckks({ bits: BITS, tier: 'public-model' }),
      ];
      const rounds = Math.min(callPace.rounds, rttMs === 0 ? Infinity : scope.quick ? 15 : 60);
      const mostWarmUps = Math.min(callPace.mostWarmUps, rttMs === 0 ? Infinity : 10);
      const pace = { ...callPace, rounds, mostWarmUps };
      await measureCalls({ ...lab, callPace: pace }, callers, { shape, batch: 1, rttMs });
    } finally {
      await stand.close();
    }
  }
}
