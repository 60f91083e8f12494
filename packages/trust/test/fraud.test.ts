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
  statementOf,
} from '@sharemesh/trust';
import type { FraudProof, Message } from '@sharemesh/trust';
import { describe, expect, it } from 'vitest';
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
});
