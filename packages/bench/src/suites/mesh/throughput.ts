import { summarize } from '../../measure/statistics.ts';
import { randomInputs } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import type { Caller } from './caller.ts';
import { Stand } from './stand.ts';

/** Calls under way at once: enough to keep every server busy. */
const IN_FLIGHT = 16;

/** Calls a second from one client, each way in turn for a slice of time. */
export async function measureThroughput(lab: Lab, shape: Shape): Promise<void> {
  const { record, scope, signal } = lab;
  const sliceMs = scope.quick ? 200 : 1_000;
  const rounds = scope.quick ? 4 : 9;
  const stand = await Stand.open(lab, shape, { parties: 2, bits: [14, 28] });
  try {
    const callers = [
      ...stand.plain(),
      await stand.shares(2, { bits: 14 }),
      await stand.shares(2, { bits: 28 }),
    ];
    const x = randomInputs(shape, 1);
    const rates = new Map<Caller, number[]>(callers.map((caller) => [caller, []]));
    // the first round warms up
    for (let round = 0; round <= rounds; round++) {
      for (const caller of round % 2 === 0 ? callers : callers.toReversed()) {
        signal.throwIfAborted();
        const rate = await callsPerSecond(caller, x, sliceMs);
        if (round > 0) rates.get(caller)!.push(rate);
      }
    }
    for (const [{ way }, perSecond] of rates) {
      record.throughputs.push({
        shape: shape.title,
        way,
        inFlight: IN_FLIGHT,
        callsPerSecond: summarize(perSecond),
      });
    }
  } finally {
    await stand.close();
  }
}

async function callsPerSecond(caller: Caller, x: Float64Array, sliceMs: number): Promise<number> {
  const started = performance.now();
  let calls = 0;
  const worker = async () => {
    while (performance.now() - started < sliceMs) {
      await caller.call(x, 1);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (1_000 * calls) / (performance.now() - started);
}
