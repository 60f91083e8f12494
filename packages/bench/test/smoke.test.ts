import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { comparisons } from '../src/comparison.ts';
import { verdictOf } from '../src/figure.ts';
import { runBench } from '../src/run-bench.ts';
import type { BenchOptions, BenchProgress } from '../src/run-bench.ts';
import { scopeOf } from '../src/scope.ts';
import { loadOnnxRuntime } from '../src/peers/onnxruntime.ts';
import { ProcessGroup } from '../src/servers/process-group.ts';

/** Servers start from the sources, while other tests run. */
vi.setConfig({ testTimeout: 180_000 });

const command = fileURLToPath(new URL('../../cli/bin/sharemesh.js', import.meta.url));

const options: Omit<BenchOptions, 'signal'> = {
  suites: ['kernel', 'mesh'],
  scope: scopeOf({ quick: true, shapes: ['256x10'], batches: [1], parties: [2], rtts: [] }),
  filter: '256',
  party: { program: process.execPath, args: [command], built: false },
  command: 'a test',
  pace: { rounds: 2, minRounds: 2, sampleMs: 0, warmUpMs: 0, mostWarmUps: 1 },
};

test('a small run: kernels and calls by every way, each with the right answer', async () => {
  const steps: BenchProgress[] = [];
  const { signal } = new AbortController();
  const result = await runBench({ ...options, signal, onProgress: (progress) => void steps.push(progress) });

  expect(steps.map(({ step }) => step)).toEqual(['kernel/256→10/batch 1', 'mesh/calls/256→10', undefined]);
  const engines = result.products.map(({ engine }) => engine.split(',')[0]);
  expect(engines).toEqual(expect.arrayContaining(['Sharemesh', 'ml-matrix']));

  const ways = result.calls.map(({ way }) => way.id);
  const peers = (await loadOnnxRuntime()) ? ['plain-ml-matrix', 'plain-onnxruntime'] : ['plain-ml-matrix'];
  expect(ways).toEqual([...peers, 'shares-2-14', 'shares-2-28', 'shares-2-14-prepared']);
  for (const { way, error, time, bytesUp, bytesDown, floor } of result.calls) {
    // the weights are rounded to 14 or 28 bits, ONNX Runtime computes in float32
    expect(error).toBeLessThan(way.id.includes('-14') ? 1e-2 : 1e-5);
    expect(time.samples).toBe(2);
    if (!floor) continue;
    expect(bytesUp).toBeGreaterThan(floor.up);
    expect(bytesDown).toBeGreaterThan(floor.down);
    // an envelope for every request and reply, and no more
    expect(bytesUp).toBeLessThan(floor.up + 2 * 300);
    expect(bytesDown).toBeLessThan(floor.down + 2 * 300);
  }
});

test('a small comparison: plaintext, shares and ciphertexts over HTTP, and the smallest call on ciphertexts', async () => {
  const { signal } = new AbortController();
  const suites = ['compare', 'ckks'];
  const result = await runBench({
    ...options,
    suites,
    filter: 'c',
    scope: { ...options.scope, rtts: [] },
    signal,
  });

  const [comparison, ...rest] = comparisons(result);
  expect(rest).toEqual([]);
  expect(comparison!.rows.map(({ way }) => way.id)).toEqual(
    expect.arrayContaining(['shares-2-28', 'ckks-28', 'bfv-28', 'ckks-28-public']),
  );
  for (const { way, error } of result.calls) {
    expect(error, way.id).toBeLessThan(way.id.includes('-14') ? 1e-2 : 1e-4);
  }
  const figure = (id: string) => result.figures.find((candidate) => candidate.id === id)!;
  for (const id of ['ckks-8-1-up', 'ckks-8-1-public-up', 'ckks-8-1-public-down', 'ckks-bundle']) {
    expect(verdictOf(figure(id)), id).not.toBe('missed');
  }
});

test('an abort ends the run and its servers', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const pids: number[] = [];
  const start = vi.spyOn(ProcessGroup.prototype, 'start').mockImplementation(async function (
    this: ProcessGroup,
    ...parameters
  ) {
    start.mockRestore();
    const server = await this.start(...parameters);
    pids.push(server.pid);
    controller.abort(reason);
    return server;
  });
  await expect(runBench({ ...options, suites: ['mesh'], signal: controller.signal })).rejects.toBe(reason);
  expect(pids).toHaveLength(1);
  // signal 0 asks whether a process is there
  expect(() => process.kill(pids[0]!, 0)).toThrow('ESRCH');
});
