import { expect, test, vi } from 'vitest';
import { leftBehind, script } from '../../../tests/demo/processes.ts';

/** Three server processes start from the sources, while other tests run. */
vi.setConfig({ testTimeout: 180_000 });

test('one model both ways: the same decisions, logits close, nothing left behind', async () => {
  const example = script('examples/switch-to-ckks/src/main.ts');
  expect(await example.ended, example.err()).toBe(0);
  const row = (name: string) =>
    new RegExp(String.raw`^${name} +\d+ +\d+ +[\d.]+ +100 of 100 +\de-(\d+)$`, 'm').exec(example.out());
  const [shares, ckks] = [row('two parties, shares'), row('one server, ckks')];
  // powers of ten: rounding 28-bit weights, and the noise of ciphertexts
  expect(Number(shares?.[1])).toBeGreaterThanOrEqual(6);
  expect(Number(ckks?.[1])).toBeGreaterThanOrEqual(4);
  expect(example.err()).toBe('');
  expect(await leftBehind(example)).toEqual([]);
});
