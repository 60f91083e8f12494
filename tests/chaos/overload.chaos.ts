import { Pool } from 'undici';
import { expect, it } from 'vitest';
import { count } from '../faults/support/tally.ts';
import { scaled } from './support/figures.ts';
import { rawInfer } from './support/infer-request.ts';
import { spawnParty } from './support/spawn-party.ts';
import { WIDTH, savedBundle, wideBundle } from './support/wide-bundle.ts';

const QUEUE = 16;
const WORKERS = 1;
const BATCH = 16;

it('ten times what the server takes: every request is answered, by a result or by 503 with Retry-After', async () => {
  const { folder, remove } = await savedBundle(wideBundle());
  const party = await spawnParty(folder, [
    '--workers',
    String(WORKERS),
    '--inline-cost',
    '0',
    '--max-queued',
    String(QUEUE),
  ]);
  // as many at once as ten servers with full queues would hold
  const concurrency = 10 * (QUEUE + WORKERS);
  const pool = new Pool(party.url, { connections: concurrency });
  const outcomes = new Map<string, number>();
  const total = scaled(5_000);
  let sent = 0;
  const worker = async () => {
    while (sent++ < total) {
      const { headers, body } = rawInfer('wide', WIDTH, BATCH);
      const signal = AbortSignal.timeout(60_000);
      try {
        const answer = await pool.request({ method: 'POST', path: '/v1/infer', headers, body, signal });
        await answer.body.dump();
        const { statusCode } = answer;
        const retry = answer.headers['retry-after'] === undefined ? '' : ' with Retry-After';
        count(outcomes, `${statusCode}${retry}`);
      } catch (error) {
        count(outcomes, signal.aborted ? 'hung' : `failed: ${(error as { code?: string }).code}`);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  console.log(`${total} requests, ${concurrency} at a time: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  const allowed = new Set(['200', '503 with Retry-After', '429 with Retry-After']);
  expect([...outcomes.keys()].filter((outcome) => !allowed.has(outcome))).toEqual([]);
  expect(outcomes.get('200')).toBeGreaterThan(0);
  expect(outcomes.get('503 with Retry-After')).toBeGreaterThan(0);
  await pool.close();
  expect(await party.stop()).toBe(0);
  await remove();
});
