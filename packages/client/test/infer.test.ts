import { describe, expect, it } from 'vitest';
import type { Progress } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { plaintext, sample, testBundle, testMesh } from './support/test-mesh.ts';
import { refuse } from './support/test-party.ts';

const x = sample(12, 9);

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
}

describe('infer', () => {
  for (const parties of [2, 3, 5, 16]) {
    for (const options of [{}, { seeded: false }, { packed: true }]) {
      it(`equals the model in the clear with ${parties} parties and ${JSON.stringify(options)}`, async () => {
        const client = await testMesh(parties).connect(options);
        const { output } = await client.infer(x);
        expect(largestDifference(output, plaintext(x))).toBeLessThan(1e-6);
      });
    }
  }

  it('works with 14-bit weights, and with replies in the JSON form', async () => {
    const mesh = testMesh(2, testBundle(14));
    mesh.parties[0]!.form = 'json';
    const { output } = await (await mesh.connect()).infer(x);
    expect(largestDifference(output, plaintext(x))).toBeLessThan(1e-2);
  });

  it('gives the same answer whatever the masks: the field is exact', async () => {
    const client = await testMesh(3).connect();
    const answers = await Promise.all(Array.from({ length: 5 }, async () => (await client.infer(x)).output));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('takes plain arrays, and batches beyond what the parties take at once', async () => {
    const mesh = testMesh(2);
    const rows = Array.from({ length: 150 }, (_, i) => [...sample(12, i)]);
    const client = await mesh.connect();
    const { outputs, report } = await client.inferBatch(rows);
    expect(outputs).toHaveLength(150);
    for (const [i, output] of outputs.entries()) {
      expect(largestDifference(output, plaintext(rows[i]!))).toBeLessThan(1e-6);
    }
    expect(report.layers.map(({ batch }) => batch)).toEqual([64, 64, 64, 64, 22, 22]);
    expect(mesh.parties[0]!.seen.map(({ request }) => request.batch_size)).toEqual([64, 64, 64, 64, 22, 22]);
  });

  it('sends smaller batches where a party says that they arrive too slowly', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect({ retries: 0 });
    const [party] = mesh.parties;
    party!.twist = (honest) =>
      party!.seen.at(-1)!.request.batch_size > 5 ? refuse('REQUEST_TIMEOUT') : honest;
    const rows = Array.from({ length: 13 }, (_, i) => [...sample(12, i)]);
    const { outputs, report } = await client.inferBatch(rows);
    expect(party!.seen.map(({ request }) => request.batch_size)).toEqual([13, 7, 4, 4, 4, 4, 4, 4, 1, 1]);
    expect(report.layers.map(({ batch }) => batch)).toEqual([4, 4, 4, 4, 4, 4, 1, 1]);
    for (const [i, output] of outputs.entries()) {
      expect(largestDifference(output, plaintext(rows[i]!))).toBeLessThan(1e-6);
    }
    party!.twist = () => refuse('REQUEST_TIMEOUT');
    await failure(client.infer(rows[0]!), 'REQUEST_TIMEOUT');
  });

  it('leaves the input as it was', async () => {
    const client = await testMesh(2).connect();
    const mine = x.slice();
    await client.infer(mine);
    expect(mine).toEqual(x);
  });
});

describe('the report', () => {
  it('counts the bodies byte for byte, and says what was certified', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect();
    const { report } = await client.infer(x);
    expect(report).toMatchObject({ backend: 'shares', batch: 1, model: { id: 'test', version: '1' } });
    expect(report.model.digest).toBe(mesh.parties[0]!.model.digest);
    for (const [i, party] of mesh.parties.entries()) {
      const traffic = report.parties.find((entry) => entry.party === mesh.urls[i])!;
      expect(traffic.requests).toBe(2);
      expect(traffic.bytesUp).toBe(party.seen.reduce((total, { body }) => total + body.length, 0));
      expect(traffic.bytesDown).toBeGreaterThan(8 * (7 + 3));
    }
    expect(report.layers).toHaveLength(2);
    for (const layer of report.layers) {
      expect(Object.keys(layer.phases)).toEqual([
        'encode',
        'share',
        'send',
        'reconstruct',
        'decode',
        'activate',
      ]);
      expect(Object.values(layer.phases).every((spent) => spent >= 0)).toBe(true);
      expect(layer.precision.bound).toBeLessThan(layer.precision.limit);
      expect(layer.precision.fractionBits).toBeGreaterThanOrEqual(report.fractionBits);
    }
    expect(report.phases.send).toBeCloseTo(report.layers.reduce((sum, { phases }) => sum + phases.send!, 0));
  });

  it('shows that seeds keep the upload within 8d + 32(n-1) + 300n bytes a layer', async () => {
    for (const parties of [2, 3, 5, 16]) {
      const mesh = testMesh(parties);
      await (await mesh.connect()).infer(x);
      for (const layer of [0, 1]) {
        const columns = [12, 7][layer]!;
        const up = mesh.parties.reduce((total, party) => total + party.seen[layer]!.body.length, 0);
        expect(up).toBeLessThanOrEqual(8 * columns + 32 * (parties - 1) + 300 * parties);
      }
    }
  });

  it('tells progress by layer and phase, and an observer cannot break the inference', async () => {
    const heard: Progress[] = [];
    const client = await testMesh(2).connect({
      onProgress(progress) {
        heard.push(progress);
        throw new Error('an observer that fails');
      },
    });
    await client.infer(x);
    const phases = ['encode', 'share', 'send', 'reconstruct', 'decode', 'activate'];
    expect(heard).toEqual([0, 1].flatMap((layer) => phases.map((phase) => ({ layer, layers: 2, phase }))));
  });
});

describe('inputs that cannot be used', () => {
  it('are refused before anything is sent', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    await failure(client.infer(sample(11, 1)), 'INVALID_INPUT');
    await failure(client.infer(x.map((v, i) => (i === 5 ? NaN : v))), 'INVALID_INPUT');
    await failure(client.infer(x.map((v, i) => (i === 5 ? -Infinity : v))), 'INVALID_INPUT');
    await failure(client.inferBatch([]), 'INVALID_INPUT');
    await failure(client.inferBatch([x, sample(13, 1)]), 'INVALID_INPUT');
    await failure(client.infer(x, { deadlineMs: 0 }), 'INVALID_OPTION');
    const fixed = await mesh.connect({ fractionBits: 12 });
    await failure(fixed.infer(x.map((v) => v * 2 ** 60)), 'INPUT_OUT_OF_RANGE');
    await failure(
      fixed.inferBatch([...Array.from({ length: 70 }, () => x), x.map((v) => v * 1e300)]),
      'INPUT_OUT_OF_RANGE',
    );
    expect(mesh.parties.flatMap((party) => party.seen)).toEqual([]);
  });

  it('of any magnitude are as precise, relative to it', async () => {
    const client = await testMesh(2).connect();
    const reference = await client.infer(x);
    for (const exponent of [-1000, -300, -43, -1, 0, 1, 60, 300, 900]) {
      const { report } = await client.infer(x.map((v) => v * 2 ** exponent));
      const [first] = report.layers;
      expect(first!.precision.significantBits).toBe(reference.report.layers[0]!.precision.significantBits);
      expect(first!.precision.fractionBits).toBe(
        reference.report.layers[0]!.precision.fractionBits - exponent,
      );
    }
  });

  it('can be given a fixed number of fraction bits', async () => {
    const { report } = await (await testMesh(2).connect({ fractionBits: 12 })).infer(x);
    expect(report.layers.map(({ precision }) => precision.fractionBits)).toEqual([12, 12]);
  });
});
