import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CkksClient, EncryptedBatch } from '@sharemesh/rlwe';
import { bothSides, randomInputs, randomLayer } from '../layers.ts';
import type { Both } from '../layers.ts';

// A residue is below its prime, to the last one of every run: p − 1 is taken and p is not.

let both: Both;
let sent: EncryptedBatch;
let reply: Uint8Array;
let client: CkksClient;
const layer = randomLayer(3, 20, 28); // four primes of two lengths, two of them in a reply

beforeAll(async () => {
  both = await bothSides([layer], 'ckks', 'circuit-private');
  ({ client } = both);
  sent = client.encryptLayer(0, randomInputs(20));
  [reply] = both.evaluator.evaluate(0, sent.payloads, 1, both.key) as [Uint8Array];
});
afterAll(() => client.close());

/** The bytes with the `bits` bits from bit `at` on set to `value`. */
function put(bytes: Uint8Array, at: number, bits: number, value: number): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < bits; i++) {
    const bit = at + i;
    copy[bit >> 3] = (copy[bit >> 3]! & ~(1 << (bit & 7))) | (((value >>> i) & 1) << (bit & 7));
  }
  return copy;
}

const lengthOf = (p: number) => p.toString(2).length;

/** Where the first and last words of each prime's run stand in a request or key, in bits. */
function words(): { p: number; at: number }[] {
  const { degree, moduli } = client.plans[0]!.parameters;
  let start = 8 * 52;
  return moduli.flatMap((p) => {
    const bits = lengthOf(p);
    const run = start;
    start += degree * bits;
    return [0, 1, degree / 2 + 3, degree - 1].map((i) => ({ p, at: run + i * bits }));
  });
}

const code = (error: string) => expect.objectContaining({ code: error });

describe('requests and keys', () => {
  test('have residues below their primes, at every place', () => {
    const { publicKey } = client;
    const places = words();
    expect(new Set(places.map(({ p }) => p)).size).toBe(4);
    for (const { p, at } of places) {
      const bits = lengthOf(p);
      const request = (value: number) => [put(sent.payloads[0]!, at, bits, value)];
      const key = (value: number) => put(publicKey!, at, bits, value);
      expect(() => both.evaluator.check(0, request(p - 1), 1)).not.toThrow();
      expect(() => both.evaluator.expandKey(key(p - 1))).not.toThrow();
      for (const value of [p, 2 ** bits - 1]) {
        expect(() => both.evaluator.check(0, request(value), 1)).toThrow(code('NON_CANONICAL_ELEMENT'));
        expect(() => both.evaluator.evaluate(0, request(value), 1, both.key)).toThrow(
          code('NON_CANONICAL_ELEMENT'),
        );
        expect(() => both.evaluator.expandKey(key(value))).toThrow(code('NON_CANONICAL_ELEMENT'));
      }
    }
  });

  test('are checked one by one: the last of many too', async () => {
    const wide = randomLayer(2, 9000, 14);
    const sides = await bothSides([wide], 'ckks', 'circuit-private');
    const { payloads } = sides.client.encryptLayer(0, randomInputs(9000));
    expect(payloads.length).toBeGreaterThan(2);
    payloads.forEach((payload, i) => {
      const broken = payloads.with(i, put(payload, 8 * 52, 30, 2 ** 30 - 1));
      expect(() => sides.evaluator.check(0, broken, 1)).toThrow(code('NON_CANONICAL_ELEMENT'));
      const foreign = payloads.with(
        i,
        payload.map((byte, at) => (at === 19 ? byte ^ 1 : byte)),
      );
      expect(() => sides.evaluator.check(0, foreign, 1)).toThrow(code('PARAMETER_MISMATCH'));
    });
    sides.client.close();
  });
});

test('replies have words in their range, at every place', () => {
  const { parameters, replyLimbs, replyDrop } = client.plans[0]!;
  expect([replyLimbs, replyDrop]).toEqual([2, 0]);
  const { degree, moduli } = parameters;
  let start = 8 * 20;
  for (const [count, p] of [
    [degree, moduli[0]!],
    [degree, moduli[1]!],
    [3, moduli[0]!],
    [3, moduli[1]!],
  ] as const) {
    const bits = lengthOf(p);
    for (const i of [0, count - 1]) {
      const at = start + i * bits;
      expect(() => client.decryptLayer(0, sent, [put(reply, at, bits, p - 1)])).not.toThrow();
      expect(() => client.decryptLayer(0, sent, [put(reply, at, bits, p)])).toThrow(
        code('NON_CANONICAL_ELEMENT'),
      );
    }
    start += 8 * Math.ceil((count * bits) / 8);
  }
  expect(start).toBe(8 * reply.length);
});
