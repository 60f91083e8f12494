import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createBundle } from '@sharemesh/model';
import { createShareServer } from '@sharemesh/share-server';
import { packField } from '@sharemesh/shares';
import {
  checkFraudProof,
  createReceiptSigner,
  generatePartyKey,
  readReceipt,
  statementOf,
} from '@sharemesh/trust';
import type { Message } from '@sharemesh/trust';
import { encodeMessage } from '@sharemesh/wire';
import type { InferRequest, MessageForm, TensorData } from '@sharemesh/wire';
import { expect, test } from 'vitest';

const P = (1n << 61n) - 1n;
const REQUEST_ID = 'A'.repeat(22);
const LENGTH = 'inference-header-content-length';

const kernels = await loadFieldKernels();
/** Three inputs, two outputs. */
const bundle = createBundle({
  modelId: 'small',
  version: '1',
  weightBits: 14,
  layers: [
    {
      inputSize: 3,
      outputSize: 2,
      weights: Float64Array.of(1, -0.5, 0.25, 0, 0.75, -1),
      bias: new Float64Array(2),
      activation: { type: 'identity' },
    },
  ],
});
const key = await generatePartyKey();
const sign = createReceiptSigner(key);

const messageOf = (
  form: MessageForm,
  tensors: TensorData[],
  envelope: (described: unknown[]) => unknown,
): Message => {
  const { chunks, headerLength } = encodeMessage(form, tensors, envelope);
  return { ...(headerLength !== undefined && { headerLength }), body: new Uint8Array(Buffer.concat(chunks)) };
};

const request = (
  input: TensorData | TensorData[],
  changes: Partial<InferRequest> = {},
  form: MessageForm = 'binary',
) =>
  messageOf(form, [input].flat(), (inputs) => ({
    request_id: REQUEST_ID,
    model_id: 'small',
    version: '1',
    layer: 0,
    batch_size: 1,
    inputs,
    sharing,
    ...changes,
  }));

const vector = (...elements: bigint[]): TensorData => ({
  encoding: 'field61',
  data: new Uint8Array(BigUint64Array.from(elements).buffer),
});
const packed = (...elements: bigint[]): TensorData => ({
  encoding: 'field61-packed',
  data: packField(BigUint64Array.from(elements)),
});

const sharing = { scheme: 'additive', parties: 2, party_id: 1 } as const;
const encryption = { scheme: 'ckks', tier: 'public-model' } as const;
const onlyEncrypted = { encryption, sharing: undefined } as unknown as Partial<InferRequest>;
const share = [5n, P - 7n, 1n << 60n] as const;
const seed: TensorData = { encoding: 'seed', data: new Uint8Array(32).fill(7) };

const answered: Record<string, Message> = {
  vector: request(vector(...share)),
  'vector in JSON': request(vector(...share), {}, 'json'),
  'packed vector': request(packed(...share)),
  seed: request(seed),
  'shamir, the last party': request(seed, { sharing: { scheme: 'shamir', parties: 16, party_id: 16 } }),
  batch: request(vector(...share, ...share), { batch_size: 2 }),
  'batch from a seed': request(seed, { batch_size: 2 }),
  'product, said so': request(vector(...share), { operation: 'product' }),
  sketch: request(seed, { operation: 'sketch' }),
};

const refused: Record<string, Message> = {
  'vector for a party that is none': request(vector(...share), { sharing: { ...sharing, party_id: 3 } }),
  'packed vector for a party that is none': request(packed(...share), {
    sharing: { ...sharing, party_id: 3 },
  }),
  'seed for a party that is none': request(seed, { sharing: { ...sharing, party_id: 16 } }),
  'party 0': request(vector(...share), { sharing: { ...sharing, party_id: 0 } }),
  '17 parties': request(vector(...share), { sharing: { ...sharing, parties: 17 } }),
  'one party': request(vector(...share), { sharing: { ...sharing, parties: 1 } }),
  'shared and encrypted': request(vector(...share), { encryption }),
  encrypted: request(vector(...share), onlyEncrypted),
  'neither shared nor encrypted': request(vector(...share), { sharing: undefined } as never),
  'sketch of two seeds': request(seed, { operation: 'sketch', batch_size: 2 }),
  'sketch of a vector': request(vector(1n, 2n), { operation: 'sketch' }),
  'sketch, encrypted': request(seed, { operation: 'sketch', ...onlyEncrypted }),
  'batch of half its length': request(vector(...share), { batch_size: 2 }),
  'packed batch of half its length': request(packed(...share), { batch_size: 2 }),
  'no rows': request(vector(...share), { batch_size: 0 }),
  'an element that is p': request(vector(1n, 2n, P)),
  'a padding bit': request({ ...packed(...share), data: packed(...share).data.with(22, 0xff) }),
  'no elements': request(vector()),
  'short seed': request({ ...seed, data: seed.data.subarray(1) }),
  'long seed': request({ ...seed, data: new Uint8Array(33) }),
  ciphertext: request({ encoding: 'rlwe', data: new Uint8Array(24) }),
  'another layer': request(vector(...share), { layer: 1 }),
  'no such layer': request(vector(...share), { layer: 1_024 }),
  'another model': request(vector(...share), { model_id: 'other' }),
  'another version': request(vector(...share), { version: '2' }),
  'an unknown member': request(vector(...share), { unknown: 1 } as never),
  'two inputs': request([seed, seed]),
  'no JSON': { headerLength: 2, body: Uint8Array.of(0x7b, 0xff) },
};

/** What a party makes of a request, and what a judge makes of a party's reply to it. */
async function bothDecisions(message: Message) {
  const { app } = createShareServer({
    kernels,
    bundles: [bundle],
    receipts: { publicKey: key.publicKey, sign },
  });
  const { headerLength, body } = message;
  const headers: Record<string, string> =
    headerLength === undefined
      ? { 'content-type': 'application/json' }
      : { 'content-type': 'application/octet-stream', [LENGTH]: String(headerLength) };
  const response = await app.request('/v1/infer', {
    method: 'POST',
    headers,
    body: body as Uint8Array<ArrayBuffer>,
  });
  const receipt = response.headers.get('sharemesh-receipt');
  const length = response.headers.get(LENGTH);
  const reply = {
    ...(length !== null && { headerLength: Number(length) }),
    body: new Uint8Array(await response.arrayBuffer()),
  };
  const judge = async (response: Message, header: string) => {
    const exchange = { modelDigest: bundle.digest, request: message, response };
    const proof = { receipt: await readReceipt(header, key.publicKey, exchange), request: message, response };
    return (await checkFraudProof(proof, bundle, kernels)).code;
  };
  const lie = messageOf('binary', [vector(3n)], (outputs) => ({
    api_version: 'v1',
    status: 'completed',
    job_id: 'C'.repeat(22),
    result: { request_id: REQUEST_ID, model_digest: bundle.digest, layer: 0, batch_size: 1, outputs },
  }));
  const exchange = { modelDigest: bundle.digest, request: message, response: lie };
  const signedLie = await sign({ ...statementOf(exchange), bootNonce: 'B'.repeat(22) });
  return {
    status: response.status,
    ofReply: receipt === null ? undefined : await judge(reply, receipt),
    ofLie: await judge(lie, signedLie),
  };
}

test.each(Object.keys(answered))('%s: a party answers, and is right', async (name) => {
  const { status, ofReply, ofLie } = await bothDecisions(answered[name]!);
  expect({ status, ofReply }).toEqual({ status: 200, ofReply: 'REPLY_IS_RIGHT' });
  expect(ofLie).not.toBe('INVALID_REQUEST');
});

test.each(Object.keys(refused))('%s: a party refuses, and no reply proves fraud', async (name) => {
  const { status, ofReply, ofLie } = await bothDecisions(refused[name]!);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(ofReply).toBeUndefined();
  expect(ofLie).toBe('INVALID_REQUEST');
});
