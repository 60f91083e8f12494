import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toBase64Url } from '../src/bytes.ts';
import { generatePartyKey, publicKeyBytes, sign, verify } from '../src/ed25519.ts';

// Edwards arithmetic by RFC 8032 §5.1, in BigInt: the oracle for which keys there are.
const Q = (1n << 255n) - 19n;
const mod = (a: bigint) => ((a % Q) + Q) % Q;
const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
};
const invert = (a: bigint) => power(a, Q - 2n);
const D = mod(-121665n * invert(121666n));
type Point = readonly [x: bigint, y: bigint];

function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const t = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * invert(1n + t)), mod((y1 * y2 + x1 * x2) * invert(1n - t))];
}

/** Some point with this y, if the curve has one. */
function lift(y: bigint): Point | undefined {
  const square = mod((y * y - 1n) * invert(D * y * y + 1n));
  let x = power(square, (Q + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * power(2n, (Q - 1n) / 4n));
  return mod(x * x - square) === 0n ? [x, y] : undefined;
}

const littleEndian = (hex: string) => Buffer.from(Buffer.from(hex, 'hex').toReversed());

const encode = (value: bigint, sign = 0) => {
  const bytes = littleEndian(value.toString(16).padStart(64, '0'));
  bytes[31]! |= sign << 7;
  return toBase64Url(bytes);
};

/** The y of all eight points of the torsion, as multiples of one of order 8. */
function torsion(): bigint[] {
  const y = littleEndian('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a').toString('hex');
  const start = lift(BigInt(`0x${y}`))!;
  const points: Point[] = [[0n, 1n]];
  while (points.length < 8) points.push(add(points.at(-1)!, start));
  expect(add(points.at(-1)!, start)).toEqual([0n, 1n]);
  return points.map(([, y]) => y);
}

const message = new TextEncoder().encode('I said this');
const fresh = await generatePartyKey();

const invalidKey = (message: RegExp) =>
  expect.objectContaining({
    name: 'MeshError',
    code: 'INVALID_KEY',
    message: expect.stringMatching(message),
  });

/** Whatever the signature, a key that must not be used is refused as such. */
const refused = async (key: string, reason: RegExp) => {
  for (const signature of [new Uint8Array(64), new Uint8Array(0)]) {
    await expect(verify(key, message, signature)).rejects.toThrow(invalidKey(reason));
  }
};

describe('Ed25519', () => {
  // RFC 8032 §7.1, tests 1 to 3
  it.each([
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('verifies the vector of RFC 8032 under %s, and nothing near it', async (key, text, signature) => {
    const [raw, signed, bytes] = [key, text, signature].map((hex) => Buffer.from(hex, 'hex'));
    const publicKey = toBase64Url(raw!);
    expect(await verify(publicKey, signed!, bytes!)).toBe(true);
    expect(await verify(publicKey, Buffer.concat([signed!, Buffer.of(0)]), bytes!)).toBe(false);
    expect(await verify(fresh.publicKey, signed!, bytes!)).toBe(false);
    for (const other of [bytes!.subarray(1), bytes!.subarray(0, 63), Buffer.concat([bytes!, Buffer.of(0)])]) {
      expect(await verify(publicKey, signed!, other)).toBe(false);
    }
    // the same s modulo the order of the group, not reduced (RFC 8032 §5.1.7)
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${littleEndian(bytes!.subarray(32).toString('hex')).toString('hex')}`) + order;
    const malleable = Buffer.concat([bytes!.subarray(0, 32), littleEndian(s.toString(16).padStart(64, '0'))]);
    expect(malleable).toHaveLength(64);
    expect(await verify(publicKey, signed!, malleable)).toBe(false);
  });

  it('makes a fresh key each time, and signs with it', async () => {
    const other = await generatePartyKey();
    expect(other.publicKey).not.toBe(fresh.publicKey);
    expect(other.privateKey.extractable).toBe(false);
    const signature = await sign(fresh, message);
    expect(signature).toHaveLength(64);
    expect(await verify(fresh.publicKey, message, signature)).toBe(true);
    expect(await verify(other.publicKey, message, signature)).toBe(false);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: fresh.publicKey }, format: 'jwk' });
    expect(nodeVerify(null, message, key, signature)).toBe(true);
  });

  it('cannot sign with a key of another kind', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    const key = { privateKey: pair.privateKey, publicKey: fresh.publicKey };
    await expect(sign(key, message)).rejects.toThrow(invalidKey(/cannot be used/));
  });
});

describe('a public key', () => {
  it('of small order is refused in every encoding', async () => {
    const ys = new Set(torsion());
    expect(ys.size).toBe(5);
    for (const y of ys) {
      for (const sign of [0, 1]) {
        // of x = 0 there is no second sign
        await refused(encode(y, sign), /small order|canonical/);
        if (sign === 0 || (y !== 1n && y !== Q - 1n)) await refused(encode(y, sign), /small order/);
        // the same y again, not reduced, where 255 bits hold it
        if (y + Q < 1n << 255n) await refused(encode(y + Q, sign), /canonical/);
      }
    }
  });

  it('of small order fits every message where the platform accepts it', () => {
    const identity = encode(1n);
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: identity }, format: 'jwk' });
    // R = the identity, s = 0: s·B = R + h·A holds for every h
    const signature = Buffer.concat([Buffer.from(identity, 'base64url'), Buffer.alloc(32)]);
    const fits = (text: string) => nodeVerify(null, Buffer.from(text), publicKey, signature);
    // OpenSSL takes such keys up to the version in Node 20, and refuses them in Node 24
    expect(fits('I said this')).toBe(fits('and this'));
    if (process.version.startsWith('v20.')) expect(fits('I said this')).toBe(true);
  });

  it('that is the second spelling of a point is refused, so that one key has one name', async () => {
    // 2^255 − 19 + y for the few y that fit into 255 bits
    for (let y = 0n; y < 19n; y++) {
      for (const sign of [0, 1]) await refused(encode(y + Q, sign), /canonical/);
    }
    await refused(encode(1n, 1), /canonical/);
  });

  it('that is no point of the curve is refused', async () => {
    const outside = Array.from({ length: 20 }, (_, i) => BigInt(i)).filter((y) => !lift(y));
    expect(outside.length).toBeGreaterThan(4);
    for (const y of outside) await refused(encode(y), /canonical encoding of a point/);
  });

  it('that is an ordinary point is used: no signature of zeros verifies under it', async () => {
    const inside = Array.from({ length: 20 }, (_, i) => BigInt(i + 2)).filter((y) => lift(y));
    expect(inside.length).toBeGreaterThan(4);
    for (const y of inside) expect(await verify(encode(y), message, new Uint8Array(64))).toBe(false);
  });

  it('is checked however many were used before', async () => {
    const ys = Array.from({ length: 200 }, (_, i) => BigInt(i + 1000)).filter((y) => lift(y));
    expect(ys.length).toBeGreaterThan(64);
    for (const y of ys) expect(await verify(encode(y), message, new Uint8Array(64))).toBe(false);
    await refused(encode(0n), /small order/);
    expect(await verify(fresh.publicKey, message, await sign(fresh, message))).toBe(true);
  });

  it('is 32 bytes in the one spelling that base64url has for them', async () => {
    expect(publicKeyBytes(encode(4n))).toEqual(new Uint8Array(Buffer.from(encode(4n), 'base64url')));
    const { publicKey } = fresh;
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(publicKey[42]!);
    const spare =
      publicKey.slice(0, 42) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1];
    const others = ['', 'AA', 'A'.repeat(42), 'A'.repeat(44), `${publicKey}=`, '+'.repeat(43), spare];
    for (const key of [...others, undefined, 7, [publicKey]] as string[]) {
      expect(() => publicKeyBytes(key)).toThrow(invalidKey(/^a public key is 32 bytes in base64url$/));
      await refused(key, /32 bytes/);
    }
  });
});

describe('a platform without Ed25519', () => {
  afterEach(() => vi.restoreAllMocks());
  /** No key that was imported before. */
  const unseen = encode(5n);

  it('says so', async () => {
    const unsupported = expect.objectContaining({
      name: 'MeshError',
      code: 'UNSUPPORTED_PLATFORM',
      message: 'this platform has no Ed25519 in WebCrypto',
    });
    for (const method of ['generateKey', 'importKey', 'sign'] as const) {
      vi.spyOn(crypto.subtle, method).mockRejectedValue(new DOMException('no', 'NotSupportedError'));
    }
    await expect(generatePartyKey()).rejects.toThrow(unsupported);
    await expect(sign(fresh, message)).rejects.toThrow(unsupported);
    await expect(verify(unseen, message, new Uint8Array(64))).rejects.toThrow(unsupported);
  });

  it('is not what another failure is taken for', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', 'DataError'));
    await expect(verify(unseen, message, new Uint8Array(64))).rejects.toThrow(invalidKey(/cannot be used/));
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('NotSupportedError'));
    await expect(verify(unseen, message, new Uint8Array(64))).rejects.toThrow(invalidKey(/cannot be used/));
  });
});
