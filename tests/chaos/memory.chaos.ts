import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { connect } from '@sharemesh/client/node';
import { Pool } from 'undici';
import { createRandom } from '../faults/support/random.ts';
import { slope } from './support/figures.ts';
import { rawInfer } from './support/infer-request.ts';
import { spawnParty } from './support/spawn-party.ts';
import { WIDTH, savedBundle, wideBundle } from './support/wide-bundle.ts';

const MINUTES = Number(process.env['CHAOS_MINUTES'] ?? 8);
/** Caches fill and the collector finds its pace: jobs are remembered for two minutes. */
const WARM_UP = Math.min(3, MINUTES / 2);

it(`${MINUTES} minutes of mixed load: memory and descriptors of the server stay where they were`, async ({
  skip,
}) => {
  if (process.platform !== 'linux') return skip('it reads /proc');
  const { folder, remove } = await savedBundle(wideBundle());
  const parties = [
    await spawnParty(folder, ['--operator', 'a']),
    await spawnParty(folder, ['--operator', 'b']),
  ];
  const urls = parties.map(({ url }) => url);
  const { pid } = parties[0]!.child;
  const end = performance.now() + MINUTES * 60_000;
  const random = createRandom(1);
  const pool = new Pool(urls[0]!, { connections: 8 });

  const client = await connect({ parties: urls, model: 'wide', allowColocated: true });
  const x = new Float64Array(WIDTH).fill(0.5);
  const honest = async () => {
    while (performance.now() < end) {
      await client.inferBatch(Array.from({ length: random.pick([1, 1, 8]) }, () => x));
      await sleep(5);
    }
  };
  const hostile = async () => {
    while (performance.now() < end) {
      const { headers, body } = rawInfer('wide', WIDTH);
      const kind = random.below(4);
      const signal = kind === 0 ? AbortSignal.timeout(1) : null;
      const sent =
        kind === 1 ? body.subarray(0, body.length - 8) : kind === 2 ? Buffer.alloc(body.length) : body;
      const request = { method: 'POST', path: '/v1/infer', headers, body: sent, signal } as const;
      const fitting = { ...headers, 'content-length': String(sent.length) };
      await pool
        .request({ ...request, headers: fitting })
        .then(({ body }) => body.dump())
        .catch(() => undefined);
      await sleep(5);
    }
  };
  const samples: [minutes: number, megabytes: number][] = [];
  const descriptors: number[] = [];
  const watch = async () => {
    const start = performance.now();
    while (performance.now() < end) {
      await sleep(2_000);
      const minutes = (performance.now() - start) / 60_000;
      if (minutes < WARM_UP) continue;
      const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
      samples.push([minutes, Number(rss) / 1_024]);
      descriptors.push(readdirSync(`/proc/${pid}/fd`).length);
    }
  };
  await Promise.all([honest(), honest(), hostile(), hostile(), watch()]);
  await client.close();
  await pool.close();
  await sleep(1_000);
  const left = readdirSync(`/proc/${pid}/fd`).length;
  const perMinute = slope(samples);
  console.log(
    `after ${WARM_UP} minutes: ${samples[0]![1].toFixed(0)} MB, at the end ${samples.at(-1)![1].toFixed(0)} MB, ` +
      `${perMinute.toFixed(2)} MB a minute; descriptors at most ${Math.max(...descriptors)}, ${left} when all is closed`,
  );
  expect(perMinute).toBeLessThan(1);
  expect(left).toBeLessThanOrEqual(Math.min(...descriptors));
  expect(await Promise.all(parties.map((party) => party.stop()))).toEqual([0, 0]);
  await remove();
});
