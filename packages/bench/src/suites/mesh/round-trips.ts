import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { measureCalls } from './measure-calls.ts';
import { Stand } from './stand.ts';

/** The same calls over longer and longer cables: with each millisecond of it, what is done at its ends matters less. */
export async function measureRoundTrips(lab: Lab, shape: Shape): Promise<void> {
  const known = lab.record.calls.filter((call) => call.shape === shape.title && call.batch === 1);
  for (const rttMs of lab.scope.rtts) {
    // no added time is what the calls of this shape were measured at, if they were
    if (known.some((call) => call.rttMs === rttMs)) continue;
    const stand = await Stand.open(lab, shape, { parties: 2, bits: [14], rttMs });
    try {
      const callers = [
        ...stand.plain(),
        await stand.shares(2, { bits: 14 }),
        await stand.shares(2, { bits: 14, prepared: true }),
      ];
      const { callPace } = lab;
      const rounds = Math.min(callPace.rounds, lab.scope.quick ? 15 : 100);
      const pace = { ...callPace, rounds, mostWarmUps: Math.min(20, callPace.mostWarmUps) };
      await measureCalls({ ...lab, callPace: pace }, callers, { shape, batch: 1, rttMs });
    } finally {
      await stand.close();
    }
  }
}
