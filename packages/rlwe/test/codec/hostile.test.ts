import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MeshError } from '@sharemesh/wire/errors';
import { bothSides, generator, randomInputs, randomLayer } from '../layers.ts';
import type { Both } from '../layers.ts';
import type { EncryptedBatch } from '@sharemesh/rlwe';

const REFUSALS = new Set([
  'DIMENSION_MISMATCH',
  'INVALID_PAYLOAD',
  'PARAMETER_MISMATCH',
  'NON_CANONICAL_ELEMENT',
]);
const HEADER = 20;
const SEED_END = 52;

let both: Both;
let sent: EncryptedBatch;
let request: Uint8Array;
let foreign: Uint8Array;

beforeAll(async () => {
  both = await bothSides([randomLayer(3, 20, 14), randomLayer(2, 3, 14)], 'ckks', 'circuit-private');
  sent = both.client.encryptLayer(0, randomInputs(20));
  request = sent.payloads[0]!;
  foreign = both.client.encryptLayer(1, randomInputs(3)).payloads[0]!;
});
afterAll(() => both.client.close());

/** The code of the refusal, or undefined when the bytes were taken. Anything else that is thrown fails the test. */
function refusal(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!MeshError.is(error) || !REFUSALS.has(error.code)) throw error;
    return error.code;
  }
}

/** A mutant, and whether it may be taken: only another ciphertext in canonical form may. */
function mutate(source: Uint8Array, random: () => number): Uint8Array {
  const at = (length: number) => Math.floor(random() * length);
  switch (at(7)) {
    case 0:
      return source.subarray(0, at(source.length));
    case 1: {
      const longer = new Uint8Array(source.length + 1 + at(64));
      longer.set(source);
      return longer;
    }
    case 2:
      return Uint8Array.from({ length: at(200) }, () => at(256));
    case 3: {
      const copy = source.slice();
      copy[at(HEADER)]! ^= 1 << at(8);
      return copy;
    }
    case 4: {
      // a residue of all ones is not below any prime
      const copy = source.slice();
      const where = SEED_END + 15 * at((source.length - SEED_END) / 15 - 1);
      copy.fill(255, where, where + 8);
      return copy;
    }
    case 5: {
      const copy = source.slice();
      copy.set(foreign.subarray(0, HEADER));
      return copy;
    }
    default: {
      const copy = source.slice();
      copy.fill(255, SEED_END + at(source.length - SEED_END - 8));
      return copy;
    }
  }
}

describe('hostile bytes', () => {
  test('100,000 mutants of requests and keys: each refused, by name, and memory stays flat', () => {
    const random = generator(11);
    const key = both.client.publicKey!;
    const codes = new Map<string, number>();
    let before = 0;
    for (let round = 0; round < 100_000; round++) {
      if (round === 10_000) before = residentBytes(); // the collector has found its pace
      const isKey = round % 4 === 0;
      const mutant = mutate(isKey ? key : request, random);
      const code = refusal(() =>
        isKey ? both.evaluator.expandKey(mutant) : both.evaluator.check(0, [mutant], 1),
      );
      if (code === undefined) throw new Error(`mutant ${round} was taken`);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].sort()).toEqual([...REFUSALS].sort());
    expect(residentBytes() - before).toBeLessThan(50 * 2 ** 20);
  });

  test('what survives a flipped bit is another canonical ciphertext', () => {
    const random = generator(12);
    for (let round = 0; round < 2_000; round++) {
      const mutant = request.slice();
      mutant[SEED_END + Math.floor(random() * (request.length - SEED_END))]! ^= 1 << Math.floor(random() * 8);
      const code = refusal(() => both.evaluator.check(0, [mutant], 1));
      expect([undefined, 'NON_CANONICAL_ELEMENT']).toContain(code);
    }
  });

  test.each([0, 2, 3])('%i inputs instead of one', (count) => {
    const payloads = Array.from({ length: count }, () => request);
    expect(refusal(() => both.evaluator.check(0, payloads, 1))).toBe('DIMENSION_MISMATCH');
    expect(refusal(() => both.evaluator.evaluate(0, payloads, 1, both.key))).toBe('DIMENSION_MISMATCH');
  });

  test('a ciphertext of another layer, and a key in place of one', () => {
    expect(refusal(() => both.evaluator.check(0, [foreign], 1))).toBe('PARAMETER_MISMATCH');
    expect(refusal(() => both.evaluator.check(0, [both.client.publicKey!], 1))).toBe('INVALID_PAYLOAD');
    expect(refusal(() => both.evaluator.expandKey(request))).toBe('INVALID_PAYLOAD');
  });

  test('the circuit-private tier does not answer without a key', () => {
    expect(() => both.evaluator.evaluate(0, sent.payloads, 1)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_KEY' }),
    );
  });

  test('mutated replies are refused by the client', () => {
    const [reply] = both.evaluator.evaluate(0, sent.payloads, 1, both.key);
    expect(both.client.decryptLayer(0, sent, [reply!])).toHaveLength(3);
    for (const broken of [
      reply!.subarray(1),
      Uint8Array.of(...reply!, 0),
      reply!.map((byte, i) => (i === 3 ? 1 : byte)),
      reply!.map((byte, i) => (i === 10 ? byte ^ 1 : byte)),
      reply!.map((byte, i) => (i > HEADER ? 255 : byte)),
    ]) {
      expect(refusal(() => both.client.decryptLayer(0, sent, [broken]))).toBeDefined();
    }
    expect(refusal(() => both.client.decryptLayer(0, sent, []))).toBe('DIMENSION_MISMATCH');
    // three outputs of 30 bits leave six bits of padding, and they must be zero
    const padded = reply!.slice();
    padded[padded.length - 1]! |= 0x80;
    expect(refusal(() => both.client.decryptLayer(0, sent, [padded]))).toBe('NON_CANONICAL_ELEMENT');
  });
});

/** Resident memory, where that can be asked. */
function residentBytes(): number {
  const host = globalThis as { process?: { memoryUsage?: () => { rss: number } } };
  return host.process?.memoryUsage?.().rss ?? 0;
}
