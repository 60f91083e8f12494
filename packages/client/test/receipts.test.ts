import { loadFieldKernels } from '@sharemesh/kernels/field';
import {
  checkFraudProof,
  decodeFraudProof,
  encodeFraudProof,
  formatReceipt,
  generatePartyKey,
} from '@sharemesh/trust';
import type { PartyKey } from '@sharemesh/trust';
import { connectWith } from '@sharemesh/client';
import { recordReceipts } from '@sharemesh/client/receipts';
import { describe, expect, it } from 'vitest';
import { failure } from './support/expect-error.ts';
import { offBy } from './support/lies.ts';
import { signReplies } from './support/signing.ts';
import type { Signing } from './support/signing.ts';
import { sample, testBundle, testMesh } from './support/test-mesh.ts';
import { json } from './support/test-party.ts';

const x = sample(12, 5);
const bundle = testBundle();
const keys = await Promise.all(Array.from({ length: 3 }, () => generatePartyKey()));
const stranger = await generatePartyKey();

/** Parties that sign every reply, the last of them in a way of its own. */
function signingMesh(count = 2, last: Signing = {}) {
  const mesh = testMesh(count, bundle);
  mesh.parties.forEach((party, i) => signReplies(party, keys[i] as PartyKey, i === count - 1 ? last : {}));
  return mesh;
}

const required = { requireReceipts: true };
const checked = { verification: 'freivalds', checks: { planes: bundle.planes } } as const;

describe('with requireReceipts, a client', () => {
  it.each([
    ['additive shares', 2, {}],
    ['vectors', 2, { seeded: false, packed: true }],
    ['checked replies', 2, checked],
    ['checks by the parties', 2, { verification: 'cross' as const }],
    ['shamir', 3, { sharing: { scheme: 'shamir' as const, threshold: 2 } }],
  ])('takes replies that are signed: %s', async (_, count, options) => {
    const { output: expected } = await (await testMesh(count, bundle).connect(options)).infer(x);
    const client = await signingMesh(count).connect({ ...options, ...required });
    expect((await client.infer(x)).output).toEqual(expected);
    if (!('sharing' in options)) {
      await client.prepare(1);
      const { output, report } = await client.infer(x);
      expect([output, report.layers[0]!.prepared]).toEqual([expected, true]);
    }
  });

  it('takes a signed reply in the JSON form, and the signed result of a job', async () => {
    const jobId = 'j'.repeat(24);
    const mesh = signingMesh(2);
    mesh.parties[0]!.form = 'json';
    let result: ReturnType<typeof json> | undefined;
    signReplies(mesh.parties[1]!, keys[1]!, {
      twist: (honest, { url }, { form }) => {
        if (url.pathname === `/v1/jobs/${jobId}`) return result!;
        if (url.pathname !== '/v1/infer') return honest;
        expect(form).toBe('json');
        const job = JSON.parse(new TextDecoder().decode(honest.body)) as object;
        result = json({ ...job, job_id: jobId });
        return json({ api_version: 'v1', status: 'queued', job_id: jobId }, 202);
      },
    });
    mesh.parties[1]!.form = 'json';
    const client = await mesh.connect(required);
    const { output } = await client.infer(x);
    expect(output).toEqual((await (await testMesh(2, bundle).connect()).infer(x)).output);
    expect(mesh.parties[1]!.paths).toContain(`/v1/jobs/${jobId}`);
  });

  const other = (digest: string) => `sha256:${digest.slice(7).replace(/^./, (c) => (c === '0' ? '1' : '0'))}`;
  const twice = new Map<string, string>();
  const bad: [what: string, signing: Signing][] = [
    ['no receipt', { header: () => undefined }],
    ['an empty one', { header: () => '' }],
    ['one of a later version', { header: (receipt) => formatReceipt(receipt).replace('v1;', 'v2;') }],
    [
      'one whose time was changed',
      { header: (receipt) => formatReceipt({ ...receipt, time: receipt.time + 1 }) },
    ],
    ['one by another key than announced', { announced: stranger.publicKey }],
    ['one for another model', { exchange: (e) => ({ ...e, modelDigest: other(e.modelDigest) }) }],
    [
      'one for another response',
      { exchange: (e) => ({ ...e, response: { ...e.response, body: e.response.body.toReversed() } }) },
    ],
    [
      'one for another request',
      { exchange: (e) => ({ ...e, request: { ...e.request, body: e.request.body.subarray(1) } }) },
    ],
    [
      'one for another split of the response',
      {
        exchange: (e) => ({ ...e, response: { ...e.response, headerLength: e.response.headerLength! - 1 } }),
      },
    ],
    [
      'one for another split of the request',
      { exchange: (e) => ({ ...e, request: { body: e.request.body } }) },
    ],
    [
      'the one of the reply before',
      {
        header: (receipt) => {
          const before = twice.get('receipt');
          twice.set('receipt', formatReceipt(receipt));
          return before ?? formatReceipt(receipt);
        },
      },
    ],
    ['one under a key of small order', { announced: `AQ${'A'.repeat(41)}` }],
    ['one under a key that is no point', { announced: `Ag${'A'.repeat(41)}` }],
  ];
  it.each(bad)('refuses a reply with %s, and does not ask again', async (_, signing) => {
    const mesh = signingMesh(2, signing);
    const client = await mesh.connect({ ...required, retries: 5 });
    const { party, retryable, message } = await failure(client.infer(x), 'INVALID_RECEIPT');
    expect({ party, retryable, message }).toEqual({
      party: mesh.urls[1],
      retryable: false,
      message: `${mesh.urls[1]} sent a reply without a valid receipt`,
    });
    const asked = mesh.parties[1]!.paths.filter((path) => path === '/v1/infer').length;
    expect(asked).toBeLessThanOrEqual(2);
    const without = await signingMesh(2, { ...signing, announced: keys[1]!.publicKey }).connect();
    await expect(without.infer(x)).resolves.toBeDefined();
  });

  it('goes on without a party whose receipts are not valid where enough others are there', async () => {
    const mesh = signingMesh(3, { header: () => undefined });
    const sharing = { scheme: 'shamir', threshold: 2 } as const;
    const client = await mesh.connect({ ...required, ...checked, sharing });
    const { output, report } = await client.infer(x);
    expect(output).toEqual((await (await testMesh(3, bundle).connect({ sharing })).infer(x)).output);
    expect(report.layers.flatMap(({ faults }) => faults)).toContainEqual({
      party: mesh.urls[2],
      code: 'INVALID_RECEIPT',
    });
  });

  it('refuses at connect a party without a key', async () => {
    const mesh = signingMesh(2, { announced: undefined });
    const { party, message } = await failure(mesh.connect(required), 'UNSUPPORTED');
    expect([party, message]).toEqual([mesh.urls[1], `${mesh.urls[1]} does not sign its replies`]);
    expect(mesh.parties.flatMap(({ seen }) => seen)).toEqual([]);
    await expect(mesh.connect()).resolves.toBeDefined();
  });

  it('wants true or false, and parties', async () => {
    for (const value of ['true', 1, null, {}]) {
      const options = { requireReceipts: value as never };
      expect((await failure(testMesh(2).connect(options), 'INVALID_OPTION')).message).toContain(
        'requireReceipts',
      );
    }
    const { transport } = testMesh(2);
    const bridge = { bridge: 'https://bridge.example', model: 'test', requireReceipts: true } as never;
    await failure(connectWith(transport, bridge), 'INVALID_OPTION');
    const client = await testMesh(2).connect({ requireReceipts: false });
    await expect(client.infer(x)).resolves.toBeDefined();
  });
});

describe('with requireReceipts and a recorder', () => {
  const connect = async (signing: Signing = {}) => {
    const mesh = signingMesh(2, signing);
    const recorder = recordReceipts(mesh.transport);
    const client = await connectWith(recorder.transport, {
      parties: mesh.urls,
      model: 'test',
      ...checked,
      ...required,
    });
    return { mesh, recorder, client, liar: mesh.urls[1]! };
  };

  it('every lie is evidence, or no reply at all', async () => {
    const kernels = await loadFieldKernels({ implementation: 'plain' });
    const { recorder, client, liar } = await connect({ twist: offBy([1n]) });
    expect((await failure(client.infer(x), 'WRONG_REPLY')).party).toBe(liar);
    const [proof, ...more] = await recorder.evidence(liar);
    expect(more).toEqual([]);
    const verdict = await checkFraudProof(decodeFraudProof(encodeFraudProof(proof!)), bundle, kernels);
    expect(verdict).toMatchObject({ proven: true, code: 'WRONG_OUTPUT' });

    const unsigned = await connect({ twist: offBy([1n]), header: () => undefined });
    expect((await failure(unsigned.client.infer(x), 'INVALID_RECEIPT')).party).toBe(liar);
    expect(await unsigned.recorder.evidence(liar)).toEqual([]);
  });

  it('a key that a party announces later does not take its earlier word back', async () => {
    const { mesh, recorder, client, liar } = await connect();
    await client.infer(x);
    expect(await recorder.evidence(liar)).toHaveLength(2);
    signReplies(mesh.parties[1]!, stranger);
    await (await connectWith(recorder.transport, { parties: mesh.urls, model: 'test' })).infer(x);
    const evidence = await recorder.evidence(liar);
    expect(evidence.map(({ receipt }) => receipt.party)).toEqual([
      ...Array<string>(2).fill(stranger.publicKey),
      ...Array<string>(2).fill(keys[1]!.publicKey),
    ]);
  });

  it('a length that no sender writes is no part of evidence', async () => {
    const { recorder, client, liar } = await connect({
      twist: (honest, { method }) => {
        const length = honest.header('inference-header-content-length');
        if (method !== 'POST') return honest;
        const header = (name: string) => (name.endsWith('length') ? `0${length}` : honest.header(name));
        return { ...honest, header };
      },
    });
    expect((await failure(client.infer(x), 'INVALID_REPLY')).party).toBe(liar);
    expect(await recorder.evidence(liar)).toEqual([]);
  });
});
