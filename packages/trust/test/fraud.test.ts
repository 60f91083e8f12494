import { loadFieldKernels } from '@sharemesh/kernels/field';
import { expandSeed, packField } from '@sharemesh/shares';
import { MeshError } from '@sharemesh/wire/errors';
import {
  checkFraudProof,
  createReceiptSigner,
  decodeFraudProof,
  encodeFraudProof,
  generatePartyKey,
  readReceipt,
  signReceipt,
  statementOf,
} from '@sharemesh/trust';
import type { FraudProof, Message, Receipt } from '@sharemesh/trust';
import { describe, expect, it, vi } from 'vitest';
import { digestOfBytes } from '../src/digest.ts';
import {
  BOOT_NONCE,
  P,
  REQUEST_ID,
  field61,
  jsonMessage,
  multiply,
  replyMessage,
  requestMessage,
  smallBundle,
} from './small-party.ts';

const kernels = await loadFieldKernels({ implementation: 'plain' });
const bundle = smallBundle();
const key = await generatePartyKey();
const sign = createReceiptSigner(key);

const share = [5n, P - 7n, 1n << 60n];
const right = multiply(bundle, share);
const request = requestMessage(field61(share));

/** What a client has in hand after the party signed this response to this request. */
async function proofOf(
  request: Message,
  response: Message,
  modelDigest = bundle.digest,
): Promise<FraudProof> {
  const exchange = { modelDigest, request, response };
  const header = await sign({ ...statementOf(exchange), bootNonce: BOOT_NONCE });
  return { receipt: await readReceipt(header, key.publicKey, exchange), request, response };
}

/** The same, for where nothing can be verified. */
async function proofOfUnread(request: Message, response: Message): Promise<FraudProof> {
  const exchange = { modelDigest: bundle.digest, request, response };
  const statement = { ...statementOf(exchange), bootNonce: BOOT_NONCE, time: 1 };
  return { receipt: await signReceipt(key, statement), request, response };
}

const jsonRequest = (elements: readonly bigint[]): Message =>
  jsonMessage({
    request_id: REQUEST_ID,
    model_id: 'small',
    version: '1',
    layer: 0,
    batch_size: 1,
    inputs: [{ encoding: 'field61', payload: Buffer.from(field61(elements).data).toString('base64') }],
    sharing: { scheme: 'additive', parties: 2, party_id: 1 },
  });

const notAProof = expect.objectContaining({ name: 'MeshError', code: 'INVALID_FRAUD_PROOF' });

const judge = async (request: Message, response: Message) => {
  const { proven, code } = await checkFraudProof(await proofOf(request, response), bundle, kernels);
  return [proven, code];
};

describe('a fraud proof', () => {
  it('proves each way to be wrong by one element, one bit, a power of two', async () => {
    const wrongs = [
      right.with(0, (right[0]! + 1n) % P),
      right.with(1, right[1]! ^ 1n),
      right.with(0, (right[0]! + (1n << 60n)) % P),
      [0n, 0n],
      right.toReversed(),
    ];
    for (const wrong of wrongs) {
      expect(await judge(request, replyMessage(bundle, [field61(wrong)]))).toEqual([true, 'WRONG_OUTPUT']);
      expect(await judge(request, replyMessage(bundle, [field61(wrong)], 'json'))).toEqual([
        true,
        'WRONG_OUTPUT',
      ]);
    }
  });

  it('proves a false sketch, and nothing where the sketch is right', async () => {
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const sharing = { scheme: 'additive', parties: 3, party_id: 2 } as const;
    const binding = { modelDigest: bundle.digest, layer: 0, requestId: REQUEST_ID, parties: 3, partyId: 2 };
    const r = expandSeed(kernels, seed, { ...binding, batchSize: 1, columns: 2 }, 'sketch');
    const [plane] = bundle.planes[0]!;
    // rᵀ·W in BigInt
    const sketch = [0, 1, 2].map((j) => {
      const sum = r[0]! * BigInt(plane![j]!) + r[1]! * BigInt(plane![3 + j]!);
      return ((sum % P) + P) % P;
    });
    const asked = (more: object) => requestMessage({ encoding: 'seed', data: seed }, { sharing, ...more });
    const answer = (elements: bigint[]) => replyMessage(bundle, [field61(elements)]);
    const operation = 'sketch';
    expect(await judge(asked({ operation }), answer(sketch))).toEqual([false, 'REPLY_IS_RIGHT']);
    const wrong = sketch.with(1, (sketch[1]! + 1n) % P);
    expect(await judge(asked({ operation }), answer(wrong))).toEqual([true, 'WRONG_OUTPUT']);
    // what is right as a sketch is no product: which of them was asked for is signed with the request
    expect(await judge(asked({}), answer(sketch))).toEqual([true, 'WRONG_OUTPUT']);
    const batch = { operation, batch_size: 2 } as const;
    expect(await judge(asked(batch), answer(sketch))).toEqual([false, 'INVALID_REQUEST']);
  });

  it('does not hold against a party that was right, in any form of the messages', async () => {
    const packed = { encoding: 'field61-packed', data: packField(BigUint64Array.from(right)) } as const;
    for (const form of ['binary', 'json'] as const) {
      expect(await judge(request, replyMessage(bundle, [field61(right)], form))).toEqual([
        false,
        'REPLY_IS_RIGHT',
      ]);
      expect(await judge(request, replyMessage(bundle, [packed], form))).toEqual([false, 'REPLY_IS_RIGHT']);
    }
  });

  it('expands a seed as the party had to', async () => {
    const seed = new Uint8Array(32).fill(9);
    const binding = { modelDigest: bundle.digest, layer: 0, requestId: REQUEST_ID, batchSize: 1, columns: 3 };
    const expanded = [...expandSeed(kernels, seed, { ...binding, parties: 3, partyId: 2 }, 'shamir')];
    const seeded = requestMessage(
      { encoding: 'seed', data: seed },
      { sharing: { scheme: 'shamir', parties: 3, party_id: 2 } },
    );
    const answer = multiply(bundle, expanded);
    expect(await judge(seeded, replyMessage(bundle, [field61(answer)]))).toEqual([false, 'REPLY_IS_RIGHT']);
    expect(await judge(seeded, replyMessage(bundle, [field61(right)]))).toEqual([true, 'WRONG_OUTPUT']);
  });

  it('proves a signed reply that is malformed or answers something else', async () => {
    const output = field61(right);
    const short = { ...output, data: output.data.subarray(8) };
    const large = field61([right[0]!, P]);
    for (const outputs of [[short], [large], [output, output], [{ ...output, encoding: 'seed' as const }]]) {
      const [proven, code] = await judge(request, replyMessage(bundle, outputs));
      expect([proven, ['MALFORMED_REPLY', 'WRONG_OUTPUT'].includes(code as string)]).toEqual([true, true]);
    }
    const echoes = [
      { request_id: 'D'.repeat(22) },
      { layer: 1 },
      { batch_size: 2 },
      { model_digest: smallBundle('2').digest },
    ];
    for (const changes of echoes) {
      const reply = replyMessage(bundle, [output], 'binary', changes);
      expect(await judge(request, reply)).toEqual([true, 'WRONG_ECHO']);
    }
    expect(await judge(request, jsonMessage({ api_version: 'v1', status: 'completed' }))).toEqual([
      true,
      'MALFORMED_REPLY',
    ]);
  });

  it('does not hold for responses that claim no result, or requests that nobody has to answer', async () => {
    const queued = jsonMessage({ api_version: 'v1', status: 'queued', job_id: 'C'.repeat(22) });
    expect(await judge(request, queued)).toEqual([false, 'NOT_A_RESULT']);
    const reply = replyMessage(bundle, [field61([1n, 2n])]);
    const unanswerable = [
      requestMessage(field61(share), { model_id: 'other' }),
      requestMessage(field61(share), { version: '2' }),
      requestMessage(field61(share), { layer: 1 }),
      requestMessage(field61([...share, 1n])),
      requestMessage(field61([...share.slice(1), P])),
      requestMessage({ encoding: 'rlwe', data: new Uint8Array(24) }),
      requestMessage({ encoding: 'seed', data: new Uint8Array(31) }),
      requestMessage(field61(share), { sharing: undefined } as never),
      jsonMessage({ hello: 'there' }),
      { body: Uint8Array.of(0xff) },
    ];
    for (const message of unanswerable)
      expect(await judge(message, reply)).toEqual([false, 'INVALID_REQUEST']);
  });

  it('cannot be made by the accuser: not from another request, response, split, key, model or signature', async () => {
    const honest = await proofOf(request, replyMessage(bundle, [field61(right)]));
    const lie = replyMessage(bundle, [field61([1n, 2n])]);
    const other = requestMessage(field61([1n, 2n, 3n]));
    const stranger = await generatePartyKey();
    const { receipt, response } = honest;
    const code = async (changes: Partial<FraudProof>) => {
      const verdict = await checkFraudProof({ ...honest, ...changes }, bundle, kernels);
      expect(verdict.proven).toBe(false);
      return verdict.code;
    };
    expect(await code({ response: lie })).toBe('RESPONSE_DIGEST_MISMATCH');
    expect(await code({ request: other })).toBe('REQUEST_DIGEST_MISMATCH');
    const resplit = { ...response, headerLength: response.headerLength! - 1 };
    expect(await code({ response: resplit })).toBe('RESPONSE_DIGEST_MISMATCH');
    const moved = { ...receipt, responseHeaderLength: resplit.headerLength };
    expect(await code({ response: resplit, receipt: moved })).toBe('BAD_SIGNATURE');
    expect(await code({ receipt: { ...receipt, party: stranger.publicKey } })).toBe('BAD_SIGNATURE');
    expect(await code({ receipt: { ...receipt, time: receipt.time + 1 } })).toBe('BAD_SIGNATURE');
    const weak = `${'A'.repeat(42)}E`;
    expect(await code({ receipt: { ...receipt, party: weak.slice(0, 42) + 'A' } })).toBe('BAD_SIGNATURE');
    const elsewhere = await proofOf(request, replyMessage(bundle, [field61(right)]), smallBundle('2').digest);
    expect((await checkFraudProof(elsewhere, bundle, kernels)).code).toBe('OTHER_MODEL');
  });

  it('cannot be made from a length that is written like another, in any form of the messages', async () => {
    for (const form of ['binary', 'json'] as const) {
      const honest = await proofOf(
        form === 'json' ? jsonRequest(share) : request,
        replyMessage(bundle, [field61(right)], form),
      );
      expect((await checkFraudProof(honest, bundle, kernels)).code).toBe('REPLY_IS_RIGHT');
      for (const side of ['request', 'response'] as const) {
        const written = honest[side].headerLength ?? 2 ** 32 - 1;
        const aliases = [
          written + 2 ** 32,
          written + 0.5,
          2 ** 32 - 1,
          written - 2 ** 32,
          NaN,
          null,
          String(written),
          [written],
          BigInt(written),
          { valueOf: () => written, toString: () => '1' },
        ];
        for (const alias of aliases as number[]) {
          const forged = {
            ...honest,
            receipt: { ...honest.receipt, [`${side}HeaderLength`]: alias },
            [side]: { ...honest[side], headerLength: alias },
          };
          await expect(checkFraudProof(forged, bundle, kernels)).rejects.toThrow(notAProof);
          expect(() => encodeFraudProof(forged)).toThrow(notAProof);
        }
      }
    }
  });

  it('is judged as it was handed in, whatever becomes of its parts meanwhile', async () => {
    const honest = await proofOf(request, replyMessage(bundle, [field61(right)]));
    const lie = replyMessage(bundle, [field61([1n, 2n])]);
    const { response } = honest;
    expect(lie.body.length).toBe(response.body.length);

    // bytes that change while the signature is verified
    const body = response.body.slice();
    const verdict = checkFraudProof({ ...honest, response: { ...response, body } }, bundle, kernels);
    body.set(lie.body);
    expect((await verdict).code).toBe('REPLY_IS_RIGHT');

    // members that are another value each time they are read
    const turning = <T>(...values: T[]) => ({
      get: () => (values.length > 1 ? values.shift()! : values[0]!),
      enumerable: true,
    });
    const shifty = [
      Object.defineProperty({ ...response }, 'body', turning(response.body, lie.body)),
      Object.defineProperty({ ...response }, 'headerLength', turning(response.headerLength, 3)),
    ];
    for (const other of shifty) {
      const { proven } = await checkFraudProof({ ...honest, response: other as Message }, bundle, kernels);
      expect(proven).toBe(false);
    }
    const receipt = Object.defineProperty({ ...honest.receipt }, 'responseDigest', {
      ...turning(honest.receipt.responseDigest, digestOfBytes(lie.body)),
    });
    const { proven } = await checkFraudProof({ ...honest, receipt: receipt as Receipt }, bundle, kernels);
    expect(proven).toBe(false);
  });

  it('is refused where a member is of another type or beyond its range', async () => {
    const proof = await proofOf(request, replyMessage(bundle, [field61([1n, 2n])]));
    const { receipt } = proof;
    const receipts = [
      { modelDigest: 'sha256:ab' },
      { modelDigest: undefined },
      { party: 'AA' },
      { party: `${receipt.party.slice(0, 42)}B` },
      { requestDigest: receipt.requestDigest.toUpperCase() },
      { responseDigest: [receipt.responseDigest] },
      { bootNonce: 'B' },
      { time: -1 },
      { time: 0.5 },
      { time: 2 ** 53 },
      { signature: '' },
      { signature: `${receipt.signature}A` },
      { requestHeaderLength: 2 ** 31 },
    ];
    const broken: unknown[] = [
      ...receipts.map((changes) => ({ ...proof, receipt: { ...receipt, ...changes } })),
      { ...proof, receipt: undefined },
      { ...proof, request: undefined },
      { ...proof, response: { body: 'text' } },
      { ...proof, response: { body: [1, 2] } },
      { ...proof, response: { body: new DataView(new ArrayBuffer(2)) } },
      { ...proof, request: { ...proof.request, headerLength: 2 ** 31 } },
      {},
    ];
    for (const other of broken as FraudProof[]) {
      await expect(checkFraudProof(other, bundle, kernels)).rejects.toThrow(notAProof);
      expect(() => encodeFraudProof(other)).toThrow(notAProof);
    }
    for (const nothing of [undefined, null] as never[]) {
      await expect(checkFraudProof(nothing, bundle, kernels)).rejects.toThrow(notAProof);
    }
  });

  it('gives the weights back that it packed', async () => {
    const packed = new Set<unknown>();
    const counting = {
      ...kernels,
      packMatrix: (...parts: Parameters<typeof kernels.packMatrix>) => {
        const matrix = kernels.packMatrix(...parts);
        packed.add(matrix);
        return matrix;
      },
      releaseMatrix: (matrix: Parameters<typeof kernels.releaseMatrix>[0]) => {
        packed.delete(matrix);
        kernels.releaseMatrix(matrix);
      },
      matmul: kernels.matmul.bind(kernels),
      isCanonical: kernels.isCanonical.bind(kernels),
    };
    const proof = await proofOf(request, replyMessage(bundle, [field61(right)]));
    expect((await checkFraudProof(proof, bundle, counting)).code).toBe('REPLY_IS_RIGHT');
    expect(packed.size).toBe(0);
    const failing = {
      ...counting,
      matmul: () => {
        throw new RangeError('no memory');
      },
    };
    await expect(checkFraudProof(proof, bundle, failing)).rejects.toThrow(RangeError);
    expect(packed.size).toBe(0);
  });

  it('says in each verdict what was found, and whether that is fraud', async () => {
    const lie = replyMessage(bundle, [field61([1n, 2n])]);
    expect(await checkFraudProof(await proofOf(request, lie), bundle, kernels)).toEqual({
      proven: true,
      code: 'WRONG_OUTPUT',
      detail: 'the signed output is not W·x for the share in the request',
    });
    expect(await checkFraudProof(await proofOf(jsonMessage({}), lie), bundle, kernels)).toEqual({
      proven: false,
      code: 'INVALID_REQUEST',
      detail: 'an honest party refuses this request, so no answer to it is wrong',
    });
    for (const claim of [null, 12, [], 'completed', { status: 'running' }, { status: ['completed'] }]) {
      expect(await judge(request, jsonMessage(claim))).toEqual([false, 'NOT_A_RESULT']);
    }
    for (const body of [new Uint8Array(0), Uint8Array.of(0xff)]) {
      expect(await judge(request, { body })).toEqual([true, 'MALFORMED_REPLY']);
      expect(await judge(request, { headerLength: 9, body })).toEqual([true, 'MALFORMED_REPLY']);
    }
  });

  it('passes on what went wrong with the platform instead of a verdict', async () => {
    const spy = vi.spyOn(crypto.subtle, 'verify').mockRejectedValue(new Error('broken'));
    try {
      const proof = await proofOfUnread(request, replyMessage(bundle, [field61([1n, 2n])]));
      await expect(checkFraudProof(proof, bundle, kernels)).rejects.toThrow('broken');
    } finally {
      spy.mockRestore();
    }
  });

  it('survives its file byte for byte, and nothing else is taken for one', async () => {
    const proof = await proofOf(request, replyMessage(bundle, [field61([1n, 2n])], 'json'));
    const text = encodeFraudProof(proof);
    expect(decodeFraudProof(text)).toEqual(proof);
    expect(await checkFraudProof(decodeFraudProof(text), bundle, kernels)).toMatchObject({ proven: true });
    const file = JSON.parse(text) as Record<string, unknown>;
    const broken = [
      '',
      '{}',
      JSON.stringify({ ...file, format: 'sharemesh-fraud-proof/2' }),
      JSON.stringify({ ...file, extra: 1 }),
      JSON.stringify({ ...file, request: { body: 'AAA' } }),
      JSON.stringify({ ...file, receipt: undefined }),
      JSON.stringify({ ...file, request: { body: 'AA', header_length: 2 ** 31 } }),
      JSON.stringify({ ...file, request: { body: 'AA==', header_length: 0.5 } }),
      JSON.stringify({ ...file, response: { body: 'AB==' } }),
      JSON.stringify({ ...file, response: { body: '-A==' } }),
      JSON.stringify({ ...file, receipt: { ...(file['receipt'] as object), time: -1 } }),
      JSON.stringify({ ...file, receipt: { ...(file['receipt'] as object), signature: 'AA' } }),
      JSON.stringify({ ...file, receipt: { ...(file['receipt'] as object), signature: '+'.repeat(86) } }),
    ];
    for (const text of broken) {
      const error = (() => {
        try {
          return decodeFraudProof(text);
        } catch (error) {
          return error;
        }
      })();
      expect(MeshError.is(error) && error.code).toBe('INVALID_FRAUD_PROOF');
    }
  });

  it('has a file of this form', async () => {
    const proof = await proofOf(request, replyMessage(bundle, [field61([1n, 2n])], 'json'));
    const { receipt, response } = proof;
    expect(JSON.parse(encodeFraudProof(proof))).toEqual({
      format: 'sharemesh-fraud-proof/1',
      receipt: {
        model_digest: bundle.digest,
        party: key.publicKey,
        request_digest: digestOfBytes(request.body),
        response_digest: digestOfBytes(response.body),
        boot_nonce: BOOT_NONCE,
        time: receipt.time,
        signature: receipt.signature,
      },
      request: {
        header_length: request.headerLength,
        body: Buffer.from(request.body).toString('base64'),
      },
      response: { body: Buffer.from(response.body).toString('base64') },
    });
    expect(encodeFraudProof(proof).endsWith('}\n')).toBe(true);
    // the file has each length once: two that differ cannot be written
    for (const name of ['requestHeaderLength', 'responseHeaderLength'] as const) {
      const other = { ...proof, receipt: { ...receipt, [name]: 1 } };
      expect(() => encodeFraudProof(other)).toThrow(
        expect.objectContaining({
          code: 'INVALID_FRAUD_PROOF',
          message: 'the header lengths of the receipt are not those of the messages',
        }),
      );
    }
  });
});
