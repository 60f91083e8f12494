import { loadFieldKernels } from '@sharemesh/kernels/field';
import { connectWith } from '@sharemesh/client';
import type { Transport } from '@sharemesh/client';
import { recordReceipts } from '@sharemesh/client/receipts';
import { createShareServer } from '@sharemesh/share-server';
import {
  checkFraudProof,
  createReceiptSigner,
  decodeFraudProof,
  encodeFraudProof,
  generatePartyKey,
  readReceipt,
  statementOf,
} from '@sharemesh/trust';
import type { Message, PartyKey } from '@sharemesh/trust';
import { encodeMessage } from '@sharemesh/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import { InProcessMesh } from './support/in-process.ts';
import { INPUTS, faultBundle } from './support/model.ts';
import type { PartyOptions } from './support/party.ts';

const bundle = faultBundle();
const x = new Float64Array(INPUTS).fill(0.5);
let options: PartyOptions;
let key: PartyKey;

beforeAll(async () => {
  options = { kernels: await loadFieldKernels(), bundle, stale: faultBundle(2) };
  key = await generatePartyKey();
});

const message = (body: Uint8Array, headerLength: string | null | undefined): Message => ({
  ...(headerLength && { headerLength: Number(headerLength) }),
  body,
});

describe('the server', () => {
  const ask = async (form: 'binary' | 'json', prefer?: string) => {
    const receipts = { publicKey: key.publicKey, sign: createReceiptSigner(key) };
    const { app } = createShareServer({ kernels: options.kernels, bundles: [bundle], receipts });
    const party = (await (await app.request('/v1/party')).json()) as Record<string, string>;
    const data = new Uint8Array(8 * INPUTS).fill(1);
    const { chunks, headerLength } = encodeMessage(form, [{ encoding: 'field61', data }], (inputs) => ({
      request_id: 'A'.repeat(22),
      model_id: 'faults',
      version: '1',
      layer: 0,
      batch_size: 1,
      inputs,
      sharing: { scheme: 'additive', parties: 2, party_id: 1 },
    }));
    const body = new Uint8Array(Buffer.concat(chunks));
    const headers: Record<string, string> = {
      'content-type': form === 'json' ? 'application/json' : 'application/octet-stream',
      ...(headerLength !== undefined && { 'inference-header-content-length': String(headerLength) }),
      ...(prefer !== undefined && { prefer }),
    };
    const request = message(body, headers['inference-header-content-length']);
    const response = await app.request('/v1/infer', { method: 'POST', headers, body });
    return { app, party, request, response };
  };

  const read = async (request: Message, response: Response, party: string) => {
    const body = new Uint8Array(await response.arrayBuffer());
    const reply = message(body, response.headers.get('inference-header-content-length'));
    const header = response.headers.get('sharemesh-receipt');
    return readReceipt(header!, party, { modelDigest: bundle.digest, request, response: reply });
  };

  it.each(['binary', 'json'] as const)('signs its replies in the %s form', async (form) => {
    const { party, request, response } = await ask(form);
    expect(party['public_key']).toBe(key.publicKey);
    const receipt = await read(request, response, party['public_key']!);
    expect(receipt.bootNonce).toBe(party['boot_nonce']);
  });

  it('signs a job’s result for the request that began it, and nothing before', async () => {
    const { app, party, request, response } = await ask('binary', 'respond-async');
    expect(response.status).toBe(202);
    expect(response.headers.get('sharemesh-receipt')).toBeNull();
    const { job_id } = (await response.json()) as { job_id: string };
    await expect
      .poll(
        async () => ((await (await app.request(`/v1/jobs/${job_id}`)).json()) as { status: string }).status,
      )
      .toBe('completed');
    for (const accept of ['application/json', 'application/octet-stream']) {
      await read(
        request,
        await app.request(`/v1/jobs/${job_id}`, { headers: { accept } }),
        party['public_key']!,
      );
    }
  });
});

describe('a client that keeps receipts', () => {
  /** Parties that sign whatever they say, also what they say wrongly. */
  const signingMesh = (keep?: number) => {
    const mesh = new InProcessMesh(2, options);
    const sign = createReceiptSigner(key);
    const signing: Transport = {
      ...mesh.transport,
      async request(request) {
        const response = await mesh.transport.request(request);
        if (request.url.pathname.endsWith('/party')) {
          const party = JSON.parse(Buffer.from(response.body).toString()) as object;
          return { ...response, body: Buffer.from(JSON.stringify({ ...party, public_key: key.publicKey })) };
        }
        if (request.method !== 'POST') return response;
        const length = 'inference-header-content-length';
        const statement = statementOf({
          modelDigest: bundle.digest,
          request: message(new Uint8Array(Buffer.concat(request.body ?? [])), request.headers[length]),
          response: message(response.body, response.header(length)),
        });
        const receipt = await sign({ ...statement, bootNonce: 'B'.repeat(22) });
        const header = (name: string) => (name === 'sharemesh-receipt' ? receipt : response.header(name));
        return { ...response, header };
      },
    };
    const recorder = recordReceipts(signing, keep === undefined ? {} : { keep });
    return { mesh, recorder };
  };

  it('can prove to anyone who has the model that a party lied, and not that the other did', async () => {
    const { mesh, recorder } = signingMesh();
    const client = await connectWith(recorder.transport, {
      ...mesh.options,
      verification: 'freivalds',
      checks: { planes: bundle.planes },
    });
    await client.infer(x);
    mesh.parties[1]!.lie = { kind: 'add', element: 0, amount: 1n };
    await expect(client.infer(x)).rejects.toMatchObject({ code: 'WRONG_REPLY', party: mesh.urls[1] });

    const [newest, ...older] = await recorder.evidence(mesh.urls[1]!);
    const file = encodeFraudProof(newest!);
    const verdict = await checkFraudProof(decodeFraudProof(file), bundle, options.kernels);
    expect(verdict).toMatchObject({ proven: true, code: 'WRONG_OUTPUT' });
    // what the other party signed of the same sharing is told from the rest, by what only the client knows
    const [same, ...earlier] = await recorder.evidence(mesh.urls[0]!);
    expect(new Set(newest!.siblings).size).toBe(2);
    expect(same!.siblings).toEqual(newest!.siblings);
    expect(earlier.some(({ siblings }) => siblings[0] === newest!.siblings[0])).toBe(false);
    expect(Buffer.from(file).includes(newest!.siblings[0]!)).toBe(false);
    for (const proof of [...older, same!, ...earlier]) {
      expect(await checkFraudProof(proof, bundle, options.kernels)).toMatchObject({ code: 'REPLY_IS_RIGHT' });
    }
    recorder.clear();
    expect(await recorder.evidence(mesh.urls[1]!)).toEqual([]);
  });

  it('keeps no more than it was told to', async () => {
    const { mesh, recorder } = signingMesh(3);
    const client = await connectWith(recorder.transport, mesh.options);
    for (let k = 0; k < 4; k++) await client.infer(x);
    const kept = await Promise.all(mesh.urls.map((url) => recorder.evidence(url)));
    expect(kept.flat()).toHaveLength(3);
    await client.close();
  });
});
