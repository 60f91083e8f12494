import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { expect, it } from 'vitest';
import { createRandom, faultSeed } from '../faults/support/random.ts';
import { count } from '../faults/support/tally.ts';
import { quantile, scaled } from './support/figures.ts';
import { rawInfer } from './support/infer-request.ts';
import { spawnParty } from './support/spawn-party.ts';
import { WIDTH, savedBundle, wideBundle } from './support/wide-bundle.ts';

/** A server that has not ended by then hangs. */
const BOUND_MS = 15_000;

it('100 SIGTERMs under load: the process ends by itself, and no request that it took is lost', async () => {
  const seed = faultSeed();
  const random = createRandom(seed);
  const { folder, remove } = await savedBundle(wideBundle());
  const exits = new Map<number | null, number>();
  const outcomes = new Map<string, number>();
  const taken: number[] = [];
  let lost = 0;
  for (let round = 0; round < scaled(100); round++) {
    const party = await spawnParty(folder, ['--workers', '1', '--inline-cost', '0', '--log-level', 'info']);
    const pool = new Pool(party.url, { connections: 24, keepAliveTimeout: 1 });
    const answered = new Set<string>();
    const over = new AbortController();
    const load = async () => {
      while (!over.signal.aborted) {
        const { requestId, headers, body } = rawInfer('wide', WIDTH, 4);
        try {
          const answer = await pool.request({ method: 'POST', path: '/v1/infer', headers, body });
          await answer.body.arrayBuffer();
          if (answer.statusCode === 200) answered.add(requestId);
          count(outcomes, String(answer.statusCode));
        } catch {
          // nobody took it: the port is closed, or the connection was while it was idle
          count(outcomes, 'not taken');
          return;
        }
      }
    };
    const loads = Array.from({ length: 24 }, load);
    await sleep(60 + random.below(120));
    const start = performance.now();
    const exit = await Promise.race([party.stop(), sleep(BOUND_MS, undefined, { ref: false })]);
    taken.push(performance.now() - start);
    count(exits, exit ?? null);
    if (exit === undefined) party.child.kill('SIGKILL');
    over.abort();
    await Promise.all(loads);
    await pool.destroy();
    // what the server says to have answered with a result, its client has to have
    for (const line of party.log) {
      const { route, status, request_id } = JSON.parse(line) as Record<string, unknown>;
      if (route === '/v1/infer' && status === 200 && !answered.has(request_id as string)) lost++;
    }
  }
  console.log(
    `${taken.length} SIGTERMs: exit codes ${JSON.stringify([...exits])}, requests ${JSON.stringify([...outcomes])}, ` +
      `${lost} taken and lost; to end took p50 ${quantile(taken, 0.5).toFixed(0)} ms, at most ${Math.max(...taken).toFixed(0)} ms`,
  );
  expect([...exits.keys()], `FAULT_SEED=${seed}`).toEqual([0]);
  expect(lost).toBe(0);
  await remove();
});
