import { Worker } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSharedFieldKernels } from '@sharemesh/kernels/field/threads';
import type { ServingApp } from '@sharemesh/serving';
import { createShareServer } from '@sharemesh/share-server';
import { workerMultiplier } from '@sharemesh/share-server/node';
import { expect, it } from 'vitest';
import { count } from '../faults/support/tally.ts';
import { createRandom, faultSeed } from '../faults/support/random.ts';
import { scaled } from './support/figures.ts';
import { rawInfer } from './support/infer-request.ts';
import { WIDTH, wideBundle } from './support/wide-bundle.ts';

/** Worker threads that have finished a task: from then on they are fair game, and die in the middle of the next. */
const workers = new Set<Worker>();
const known = new WeakSet<Worker>();
const postMessage = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (this: Worker, ...message) {
  if (!known.has(this)) {
    known.add(this);
    this.once('message', () => workers.add(this)).once('exit', () => workers.delete(this));
  }
  return postMessage.apply(this, message);
};

it('200 workers killed in the middle of their work: no request is lost, no answer is wrong', async () => {
  const seed = faultSeed();
  const random = createRandom(seed);
  const kernels = await createSharedFieldKernels();
  const bundle = wideBundle();
  let crashes = 0;
  const multiplier = workerMultiplier({ kernels, bundles: [bundle], workers: 2, onCrash: () => crashes++ });
  const serving = createShareServer({ kernels, bundles: [bundle], multiplier, inlineCost: 0 });
  const matrix = kernels.packMatrix(bundle.planes[0]!, WIDTH, WIDTH);

  const outcomes = new Map<string, number>();
  const target = scaled(200);
  const done = () => crashes >= target;
  const ask = async () => {
    while (!done()) {
      const { headers, body } = rawInfer('wide', WIDTH, 8);
      const first = await serving.app.request('/v1/infer', {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      });
      const response = await result(serving, first);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status !== 200) {
        count(outcomes, String(response.status));
        continue;
      }
      const outputs = bytes.subarray(Number(response.headers.get('inference-header-content-length')));
      const right = kernels.matmul(matrix, asElements(body, 8 * WIDTH), 8);
      count(
        outcomes,
        Buffer.from(right.buffer, right.byteOffset, right.byteLength).equals(outputs) ? 'right' : 'wrong',
      );
    }
  };
  const kill = async () => {
    while (!done()) {
      await sleep(random.below(20));
      await random.pick([...workers])?.terminate();
    }
  };
  await Promise.all([kill(), ...Array.from({ length: 4 }, ask)]);
  console.log(`${crashes} workers killed: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  expect(outcomes.get('wrong')).toBeUndefined();
  expect([...outcomes.keys()], `FAULT_SEED=${seed}`).toEqual(['right']);
  await serving.drain();
  await serving.close();
});

/** The answer itself; where it became a job, the job's result. */
async function result({ app }: ServingApp, first: Response): Promise<Response> {
  if (first.status !== 202) return first;
  const { job_id } = (await first.json()) as { job_id: string };
  for (;;) {
    const job = await app.request(`/v1/jobs/${job_id}`, { headers: { accept: 'application/octet-stream' } });
    if (job.headers.get('retry-after') === null) return job;
    await sleep(100);
  }
}

/** The last `length` elements of a body. */
function asElements(body: Buffer, length: number): BigUint64Array {
  const elements = new BigUint64Array(length);
  new Uint8Array(elements.buffer).set(body.subarray(body.length - 8 * length));
  return elements;
}
