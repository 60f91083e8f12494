import { describe, expect, it } from 'vitest';
import { failure } from './support/expect-error.ts';
import { toHex } from './support/hex.ts';
import { plaintext, sample, testMesh } from './support/test-mesh.ts';
import type { TestMesh } from './support/test-mesh.ts';
import { refuse } from './support/test-party.ts';

const x = sample(12, 6);

const counts = ({ parties }: TestMesh) => parties.map(({ seen }) => seen.length);

function expectRight(output: Float64Array, input: ArrayLike<number> = x): void {
  const expected = plaintext(input);
  expect(Math.max(...output.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-6);
}

/** Every share that left the client, as hex, with the request it was for. */
const sharesSent = ({ parties }: TestMesh) =>
  parties.flatMap(({ seen }, i) =>
    seen.map(({ request, inputs }) => ({
      party: i,
      request: `${request.request_id} ${i}`,
      share: toHex(inputs[0]!.data),
    })),
  );

/** No mask serves two inputs: for one request id, the last party sees one share only. */
function expectSingleUse(mesh: TestMesh): void {
  const sent = sharesSent(mesh);
  const shares = new Map(sent.map(({ request, share }) => [request, share]));
  for (const { request, share } of sent) expect(shares.get(request)).toBe(share);
  expect(new Set(sent.map(({ share }) => share)).size).toBe(shares.size);
}

describe('prepared requests', () => {
  it('leave one request to one party for the online phase', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect();
    await client.prepare(2);
    expect(counts(mesh)).toEqual([4, 4, 0]);
    for (const done of [1, 2]) {
      const { output, report } = await client.infer(x);
      expectRight(output);
      expect(report.layers.map(({ prepared }) => prepared)).toEqual([true, true]);
      expect(report.parties.map(({ party }) => party)).toEqual([mesh.urls[2]]);
      expect(counts(mesh)).toEqual([4, 4, 2 * done]);
    }
    const { output, report } = await client.infer(x);
    expectRight(output);
    expect(report.layers.map(({ prepared }) => prepared)).toEqual([false, false]);
    expect(counts(mesh)).toEqual([6, 6, 6]);
    expectSingleUse(mesh);
  });

  it('ask the parties for seeds alone, which say nothing of any input', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect();
    await client.prepare(3);
    const inputs = mesh.parties.flatMap(({ seen }) => seen.flatMap((entry) => entry.inputs));
    expect(inputs.every(({ encoding, data }) => encoding === 'seed' && data.length === 32)).toBe(true);
  });

  it('hold no seeds where the options say so', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect({ seeded: false });
    await client.prepare(1);
    expectRight((await client.infer(x)).output);
    const encodings = mesh.parties.flatMap(({ seen }) => seen.map(({ inputs }) => inputs[0]!.encoding));
    expect(encodings).toEqual(Array.from({ length: 6 }, () => 'field61'));
    expectSingleUse(mesh);
  });

  it('fit the batch they were made for', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    await client.prepare(1, { batch: 3 });
    const rows = [sample(12, 1), sample(12, 2), sample(12, 3)];
    expect((await client.infer(x)).report.layers.some(({ prepared }) => prepared)).toBe(false);
    const { outputs, report } = await client.inferBatch(rows);
    expect(report.layers.every(({ prepared }) => prepared)).toBe(true);
    for (const [i, output] of outputs.entries()) expectRight(output, rows[i]!);
    await failure(client.prepare(1, { batch: 65 }), 'INVALID_OPTION');
    await failure(client.prepare(0), 'INVALID_OPTION');
  });

  it('are each used once when inferences race', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect();
    await client.prepare(5);
    const inputs = Array.from({ length: 12 }, (_, i) => sample(12, i));
    const preparing = client.prepare(3);
    const results = await Promise.all(inputs.map((input) => client.infer(input)));
    await preparing;
    for (const [i, { output }] of results.entries()) expectRight(output, inputs[i]!);
    const used = results.flatMap(({ report }) => report.layers).filter(({ prepared }) => prepared).length;
    expect(used).toBeGreaterThanOrEqual(10);
    expect(used).toBeLessThanOrEqual(16);
    expectSingleUse(mesh);
  });

  it('are gone after a failure, a timeout, an abort or a refusal, and retries resend the same bytes', async () => {
    const mesh = testMesh(2);
    const last = mesh.parties[1]!;
    const client = await mesh.connect({ retries: 1 });
    const prepared = 6;
    await client.prepare(prepared);
    const mask = () => mesh.parties[0]!.seen.length;
    const asked = mask();

    last.twist = () => Promise.reject(new Error('ECONNRESET'));
    await failure(client.infer(sample(12, 1)), 'CONNECTION_FAILED');
    last.twist = () => new Promise(() => undefined);
    await failure(client.infer(sample(12, 2), { deadlineMs: 30 }), 'DEADLINE_EXCEEDED');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    await failure(client.infer(sample(12, 3), { signal: controller.signal }), 'ABORTED');
    last.twist = () => refuse('FORBIDDEN');
    await failure(client.infer(sample(12, 4)), 'FORBIDDEN');
    let failures = 1;
    last.twist = (honest) => (failures-- > 0 ? refuse('OVERLOADED') : honest);
    expectRight((await client.infer(sample(12, 5))).output, sample(12, 5));
    await failure(client.infer(x.map(() => NaN)), 'INVALID_INPUT');

    // four failures in layer 0 and one success have used five of six; what was refused locally has used none
    const { report } = await client.infer(x);
    expect(report.layers.map((layer) => layer.prepared)).toEqual([true, true]);
    expect((await client.infer(x)).report.layers.map((layer) => layer.prepared)).toEqual([false, true]);
    expect(mask()).toBe(asked + 1);
    expectSingleUse(mesh);
  });

  it('that could not be fetched are not there, and those that were stay good', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect({ retries: 0 });
    let fetched = 0;
    mesh.parties[0]!.twist = (honest) => (++fetched > 4 ? Promise.reject(new Error('down')) : honest);
    await failure(client.prepare(5), 'CONNECTION_FAILED');
    mesh.parties[0]!.twist = undefined;
    const prepared = [];
    for (let i = 0; i < 3; i++) prepared.push((await client.infer(x)).report.layers[0]!.prepared);
    expect(prepared).toEqual([true, true, false]);
    expectSingleUse(mesh);
  });

  it('are dropped when they are too old', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect({ preparedMaxAgeMs: 1_000 });
    await client.prepare(2);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await client.prepare(1);
    expect((await client.infer(x)).report.layers.map(({ prepared }) => prepared)).toEqual([true, true]);
    expect((await client.infer(x)).report.layers.map(({ prepared }) => prepared)).toEqual([false, false]);
    expectSingleUse(mesh);
  });

  it('do not outlive the client', async () => {
    const mesh = testMesh(2);
    const client = await mesh.connect();
    await client.prepare(2);
    await client.close();
    await failure(client.infer(x), 'CLIENT_CLOSED');
    await failure(client.prepare(1), 'CLIENT_CLOSED');
  });

  it('are for additive sharing only', async () => {
    const mesh = testMesh(3);
    const client = await mesh.connect({ sharing: { scheme: 'shamir', threshold: 2 } });
    await failure(client.prepare(1), 'UNSUPPORTED');
    expect(counts(mesh)).toEqual([0, 0, 0]);
  });
});
