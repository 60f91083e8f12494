import { afterEach, describe, expect, it } from 'vitest';
import { WorkerPool, threadModule } from '@sharemesh/serving/node';
import type { TestTask } from './support/test-worker.ts';

const module = threadModule('support/test-worker', import.meta.url);
const pools: WorkerPool<TestTask, number | Uint8Array>[] = [];

function createPool(size: number, options: { maxAttempts?: number; onCrash?: () => void } = {}) {
  const pool = new WorkerPool<TestTask, number | Uint8Array>({
    module,
    size,
    workerData: { offset: 1 },
    ...options,
  });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('a worker pool', () => {
  it('starts threads when they are needed, answers each task, and outlives its failures', async () => {
    const pool = createPool(2);
    expect(pool.threads).toHaveLength(0);
    const tasks = Array.from({ length: 20 }, (_, of) => pool.run({ do: 'square', of }));
    expect(pool.threads).toHaveLength(2);
    expect(await Promise.all(tasks)).toEqual(Array.from({ length: 20 }, (_, i) => i * i + 1));
    expect(await pool.run({ do: 'buffer' })).toEqual(new Uint8Array(8).fill(9));

    // of a failed task it tells the kind only, and goes on
    const failed = pool.run({ do: 'throw' });
    await expect(failed).rejects.toMatchObject({ code: 'INTERNAL', retryable: true });
    await expect(failed).rejects.toThrow(/RangeError/);
    await expect(failed).rejects.not.toThrow(/quote/);
    expect(await pool.run({ do: 'square', of: 3 })).toBe(10);
    expect(pool.threads).toHaveLength(2);
  });

  it('gives up a task that ends every worker it meets, and loses no other', async () => {
    let crashes = 0;
    const pool = createPool(1, { maxAttempts: 2, onCrash: () => crashes++ });
    const deadly = pool.run({ do: 'exit' });
    const others = [1, 2, 3].map((of) => pool.run({ do: 'square', of }));
    await expect(deadly).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await Promise.all(others)).toEqual([2, 5, 10]);
    expect(crashes).toBe(2);
  });

  it('stops the worker of a task that is given up, and replaces it', async () => {
    const pool = createPool(1);
    const abort = new AbortController();
    const hanging = pool.run({ do: 'hang' }, abort.signal);
    const [first] = pool.threads;
    const next = pool.run({ do: 'square', of: 2 });
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await next).toBe(5);
    expect(pool.threads).not.toContain(first);
  });

  it('rejects what comes when it is closed, so that a queue behind it can empty', async () => {
    const pool = createPool(1);
    await pool.close();
    await expect(pool.run({ do: 'square', of: 1 })).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(pool.threads).toHaveLength(0);
  });

  it('rejects what waits when it closes', async () => {
    const pool = createPool(1);
    const tasks = [pool.run({ do: 'hang' }), pool.run({ do: 'square', of: 1 })];
    const settled = Promise.allSettled(tasks);
    await pool.close();
    const outcomes = await settled;
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
