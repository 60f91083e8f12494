import { describe, expect, test } from 'vitest';
import { createCkksClient } from '@sharemesh/rlwe';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import { randomSeed, streamMessage } from '../../src/ring/randomness.ts';
import { Ring } from '../../src/ring/ring.ts';
import { generateSecretKey } from '../../src/encryption/secret-key.ts';
import { randomInputs, randomLayer } from '../layers.ts';

const layer = randomLayer(2, 16, 14);

describe('fresh randomness', () => {
  test('the same input is never encrypted to the same bytes', async () => {
    const client = await createCkksClient({ layers: [layer] });
    const x = randomInputs(16);
    const [first, second] = [1, 2].map(() => client.encryptLayer(0, x).payloads[0]!);
    const body = (payload: Uint8Array) => payload.subarray(20);
    const equal = body(first!).filter((byte, i) => byte === body(second!)[i]).length;
    expect(equal / first!.length).toBeLessThan(0.01);
    client.close();
  });

  test('the uniform halves of a key and of a ciphertext with one seed have nothing in common', () => {
    const seed = new Uint8Array(32).fill(9);
    const messages = (['uniform', 'public key', 'secret', 'error', 'mask', 'flood'] as const).map((purpose) =>
      String(streamMessage(purpose, seed)),
    );
    expect(new Set(messages).size).toBe(messages.length);
    expect(String(streamMessage('uniform', seed, 1))).not.toBe(messages[0]);
  });

  test('no index or seed gives the stream of another', () => {
    const seed = new Uint8Array(32);
    const invalid = expect.objectContaining({ code: 'INVALID_INPUT' });
    for (const index of [2 ** 16, 2 ** 32, -1, 0.5, NaN, '1' as never]) {
      expect(() => streamMessage('flood', seed, index)).toThrowError(invalid);
    }
    expect(streamMessage('flood', seed, 2 ** 16 - 1).subarray(-2)).toEqual(Uint8Array.of(0xff, 0xff));
    for (const length of [0, 31, 33, 288]) {
      expect(() => streamMessage('flood', new Uint8Array(length))).toThrowError(invalid);
    }
  });

  test('seeds are handed out once', () => {
    const seeds = Array.from({ length: 300 }, () => String(randomSeed()));
    expect(new Set(seeds).size).toBe(300);
    expect(seeds).not.toContain(String(new Uint8Array(32)));
  });

  test('every client has its own key', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => createCkksClient({ layers: [layer] })));
    expect(a!.publicKey!.subarray(20)).not.toEqual(b!.publicKey!.subarray(20));
    a!.close();
    b!.close();
  });
});

test('release wipes the secret key from memory', async () => {
  const kernels = await loadRlweKernels();
  const mark = kernels.mark();
  const ring = new Ring(kernels, { degree: 1024, moduli: [33_538_049] });
  const { s } = generateSecretKey(ring);
  expect(kernels.words(s, 1024).some((word) => word !== 0)).toBe(true);
  const size = (kernels.mark() - mark) / 4;
  kernels.release(mark);
  expect(kernels.words(mark, size).every((word) => word === 0)).toBe(true);
});

test('the secret is ternary', async () => {
  const kernels = await loadRlweKernels();
  const ring = new Ring(kernels, { degree: 1024, moduli: [33_538_049] });
  const { s } = generateSecretKey(ring);
  ring.inverse(s);
  const p = ring.limbs[0]!.p;
  const values = new Set(kernels.words(s, 1024));
  expect([...values].sort((a, b) => a - b)).toEqual([0, 1, p - 1]);
});
