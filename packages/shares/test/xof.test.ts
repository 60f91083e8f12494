import { describe, expect, test } from 'vitest';
import { P, bindingBytes, expandSeed } from '../src/index.ts';
import type { ShareBinding } from '../src/index.ts';
import { xofBytes } from '../src/xof.ts';
import { codeOf, kernels } from './support.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const seed = Uint8Array.from({ length: 32 }, (_, i) => i);

const binding: ShareBinding = {
  modelDigest: `sha256:${'ab'.repeat(32)}`,
  layer: 1,
  requestId: 'request-1',
  parties: 3,
  partyId: 2,
  batchSize: 2,
  columns: 5,
};

test('XofTurboShake128: the derived seed of draft-irtf-cfrg-vdaf', () => {
  const derived = xofBytes(kernels, seed, ascii('domain separation tag'), ascii('binder string'), 32);
  expect(hex(derived)).toBe('b62ef0a2778190792d4d42d8c167ba20e0c37a3f319ba79645829c427d70eea5');
});

test('a tag longer than 255 bytes has its length in two bytes', () => {
  const dst = new Uint8Array(0x0102).fill(7);
  const message = Uint8Array.of(0x02, 0x01, ...dst, 32, ...seed, 9);
  expect(xofBytes(kernels, seed, dst, Uint8Array.of(9), 64)).toEqual(kernels.turboShake128(message, 1, 64));
});

test('no tag, seed or purpose is written with a length or a name that is another’s', () => {
  const tag = new Uint8Array(0);
  expect(codeOf(() => xofBytes(kernels, seed, new Uint8Array(0x1_0000), tag, 32))).toBe('INVALID_INPUT');
  expect(xofBytes(kernels, seed, new Uint8Array(0xffff), tag, 32)).toHaveLength(32);
  expect(codeOf(() => xofBytes(kernels, new Uint8Array(256), tag, tag, 32))).toBe('INVALID_INPUT');
  expect(xofBytes(kernels, new Uint8Array(255), tag, tag, 32)).toHaveLength(32);
  for (const purpose of ['', 'Additive', 'shamir ', '\ud800', ['shamir'], undefined]) {
    expect(codeOf(() => expandSeed(kernels, seed, binding, purpose as never))).toBe('INVALID_INPUT');
  }
});

describe('the binder', () => {
  test('layout', () => {
    expect(hex(bindingBytes({ ...binding, layer: 0x01020304, batchSize: 0x0a0b, columns: 784 }))).toBe(
      `${'ab'.repeat(32)}040302010b0a0000100300000302${hex(ascii('request-1'))}`,
    );
  });

  const changes: Partial<ShareBinding>[] = [
    { modelDigest: `sha256:${'ab'.repeat(31)}ac` },
    { layer: 2 },
    { requestId: 'request-2' },
    { requestId: 'request-11' },
    { parties: 4 },
    { partyId: 3 },
    { batchSize: 5, columns: 2 },
    { batchSize: 10, columns: 1 },
  ];
  test.each(changes)('%o gives unrelated elements', (change) => {
    const other = expandSeed(kernels, seed, { ...binding, ...change }, 'additive');
    const first = expandSeed(kernels, seed, binding, 'additive');
    expect(first.filter((element) => other.includes(element))).toHaveLength(0);
  });

  const DIGEST = 'a model digest is sha256: and 64 hex digits';
  const ID = 'a request id is 1 to 64 characters of base64url';
  const invalid: [change: Partial<ShareBinding>, message: string][] = [
    [{ modelDigest: 'ab'.repeat(32) }, DIGEST],
    [{ modelDigest: `sha256:${'AB'.repeat(32)}` }, DIGEST],
    [{ modelDigest: `sha256:${'ab'.repeat(32)}0` }, DIGEST],
    [{ modelDigest: `sha256:${'ab'.repeat(31)}` }, DIGEST],
    [{ modelDigest: `xsha256:${'ab'.repeat(32)}` }, DIGEST],
    [{ requestId: '' }, ID],
    [{ requestId: 'a'.repeat(65) }, ID],
    [{ requestId: 'a b' }, ID],
    [{ requestId: 'é' }, ID],
    [{ requestId: 'request\n' }, ID],
    // a pattern takes whatever it can make a string of
    [{ modelDigest: [binding.modelDigest] as never }, DIGEST],
    [{ requestId: ['request-1'] as never }, ID],
    [{ requestId: 12 as never }, ID],
    [{ requestId: '\ud800' }, ID],
    [{ layer: '1' as never }, 'layer is an integer from 0 to 4294967295'],
    [{ layer: -1 }, 'layer is an integer from 0 to 4294967295'],
    [{ layer: 2 ** 32 }, 'layer is an integer from 0 to 4294967295'],
    [{ layer: 0.5 }, 'layer is an integer from 0 to 4294967295'],
    [{ batchSize: 0 }, 'batch size is an integer from 1 to 4294967295'],
    [{ batchSize: 2 ** 32 }, 'batch size is an integer from 1 to 4294967295'],
    [{ columns: 0 }, 'columns is an integer from 1 to 4294967295'],
    [{ columns: NaN }, 'columns is an integer from 1 to 4294967295'],
    [{ parties: 1, partyId: 1 }, 'parties is an integer from 2 to 16'],
    [{ parties: 17 }, 'parties is an integer from 2 to 16'],
    [{ partyId: 0 }, 'party id is an integer from 1 to 3'],
    [{ partyId: 4 }, 'party id is an integer from 1 to 3'],
    [{ partyId: 1.5 }, 'party id is an integer from 1 to 3'],
  ];
  test.each(invalid)('%o is INVALID_INPUT', (change, message) => {
    expect(() => bindingBytes({ ...binding, ...change })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', message }),
    );
  });

  test.each<Partial<ShareBinding>>([
    { layer: 0 },
    { layer: 2 ** 32 - 1 },
    { requestId: 'a' },
    { requestId: '-_09AZaz'.repeat(8) },
    { parties: 2 },
    { parties: 16, partyId: 16 },
    { partyId: 1 },
    { batchSize: 2 ** 32 - 1, columns: 2 ** 32 - 1 },
  ])('%o is at the end of its range', (change) => {
    expect(bindingBytes({ ...binding, ...change })).toBeInstanceOf(Uint8Array);
  });
});

describe('expandSeed', () => {
  test('is the XOF stream of sharemesh/v1/<purpose>, masked to 61 bits', () => {
    for (const purpose of ['additive', 'shamir', 'sketch'] as const) {
      const stream = xofBytes(kernels, seed, ascii(`sharemesh/v1/${purpose}`), bindingBytes(binding), 80);
      const words = new BigUint64Array(stream.slice().buffer);
      expect(expandSeed(kernels, seed, binding, purpose)).toEqual(words.map((word) => word & P));
    }
  });

  test('every bit of the seed matters', () => {
    const seen = new Set([expandSeed(kernels, seed, binding, 'additive').join()]);
    for (let bit = 0; bit < 256; bit++) {
      const other = seed.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      seen.add(expandSeed(kernels, other, binding, 'additive').join());
    }
    expect(seen.size).toBe(257);
  });

  test.each([0, 16, 31, 33])('a seed of %i bytes is refused', (length) => {
    expect(codeOf(() => expandSeed(kernels, new Uint8Array(length), binding, 'additive'))).toBe(
      'INVALID_INPUT',
    );
  });
});
