import { expect, test } from 'vitest';
import { interleave } from '../src/measure/interleave.ts';
import type { Pace } from '../src/measure/interleave.ts';

const pace: Pace = { rounds: 4, budgetMs: Infinity, minRounds: 1, sampleMs: 0, warmUpMs: 0, mostWarmUps: 1 };

function tracked(names: readonly string[]) {
  const trace: string[] = [];
  return { trace, contenders: names.map((name) => ({ name, run: () => void trace.push(name) })) };
}

test('contenders run in turn, and each round in the other direction', async () => {
  const { trace, contenders } = tracked(['a', 'b', 'c']);
  const samples = await interleave(contenders, pace);
  const [, , , ...measured] = trace;
  expect(measured.join('')).toBe('abccbaabccba');
  expect([...samples.keys()]).toEqual(['a', 'b', 'c']);
  for (const times of samples.values()) expect(times).toHaveLength(4);
});

test('what returns a promise is waited for', async () => {
  let open = 0;
  let most = 0;
  const run = async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
  };
  await interleave(
    [
      { name: 'a', run },
      { name: 'b', run },
    ],
    pace,
  );
  expect(most).toBe(1);
});

test('a budget that is spent ends it after the fewest rounds', async () => {
  const { contenders } = tracked(['a']);
  const samples = await interleave(contenders, { ...pace, rounds: 1_000, budgetMs: -1, minRounds: 3 });
  expect(samples.get('a')).toHaveLength(3);
});

test('a short contender is repeated within a sample', async () => {
  const { trace, contenders } = tracked(['a']);
  await interleave(contenders, { ...pace, rounds: 1, sampleMs: 5 });
  expect(trace.length).toBeGreaterThan(10);
});

test('an abort between samples ends it with the reason of the signal', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const run = () => controller.abort(reason);
  await expect(interleave([{ name: 'a', run }], pace, controller.signal)).rejects.toBe(reason);
});
