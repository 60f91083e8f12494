import { describe, expect, test } from 'vitest';
import { planSteps } from '../src/plan.ts';
import { parseResult } from '../src/parse-result.ts';
import { scopeOf } from '../src/scope.ts';
import { sampleResult } from './sample-result.ts';

const namesOf = async (suites: string[], choice: Parameters<typeof scopeOf>[0], filter?: string) =>
  (await planSteps(suites, scopeOf(choice), filter)).map(({ name }) => name);

describe('a plan', () => {
  test('of a whole run has every shape and batch', async () => {
    const names = await namesOf(['kernel', 'mesh'], {});
    for (const shape of ['256→10', '784→128', '1024²', '4096²']) {
      for (const batch of [1, 8, 64]) expect(names).toContain(`kernel/${shape}/batch ${batch}`);
    }
    for (const shape of ['256→10', '784→128', 'Network A', '1024²', '4096²']) {
      expect(names).toContain(`mesh/calls/${shape}`);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  test('of a short run still has a step for every figure', async () => {
    const names = await namesOf(['kernel', 'mesh'], { quick: true });
    expect(names).toEqual(
      expect.arrayContaining([
        'kernel/784→128/batch 1',
        'kernel/1024²/batch 1',
        'kernel/1024²/batch 64',
        'kernel/4096²/batch 1',
        'mesh/calls/1024²',
        'mesh/bytes',
        'mesh/route/784→128',
        'mesh/health/4096²',
        'mesh/memory/4096²',
        'mesh/first answer/Network A',
      ]),
    );
    expect(names).not.toContain('mesh/calls/4096²');
  });

  test('keeps to the shapes and to the filter', async () => {
    expect(await namesOf(['kernel'], { shapes: ['784x128'], batches: [8] })).toEqual([
      'kernel/784→128/batch 8',
    ]);
    expect(await namesOf(['kernel', 'mesh'], {}, 'ROUTE')).toEqual(['mesh/route/784→128']);
    expect(await namesOf(['mesh'], { rtts: [] }, 'round')).toEqual([]);
    expect(await namesOf(['ckks'], { shapes: ['256x10'] }, 'layer')).toEqual([
      'ckks/layer/256→10',
      'ckks/layer/8→1',
    ]);
    expect(await namesOf(['compare'], { quick: true })).toEqual(['compare/256→10']);
  });

  test('of a suite or shape there is not is refused, with those there are', async () => {
    await expect(planSteps(['nope'], scopeOf({}))).rejects.toThrow('there are kernel, mesh');
    expect(() => scopeOf({ shapes: ['1x1'] })).toThrow('784x128');
  });
});

describe('a result', () => {
  test('comes back from its file as it was', () => {
    expect(parseResult(JSON.stringify(sampleResult))).toEqual(sampleResult);
  });

  test('of another format is refused', () => {
    expect(() => parseResult('{"format":"sharemesh-bench/0"}')).toThrow(SyntaxError);
    expect(() => parseResult('null')).toThrow(SyntaxError);
  });
});
