import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeyBytes } from '../src/ed25519.ts';
import { toBase64Url } from '../src/bytes.ts';

// Edwards arithmetic by RFC 8032 §5.1, in BigInt: the oracle for the list of small orders.
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

describe('public keys of small order', () => {
  it('are refused in every encoding', () => {
    const ys = new Set(torsion());
    expect(ys.size).toBe(5);
    for (const y of ys) {
      for (const sign of [0, 1]) {
        expect(() => publicKeyBytes(encode(y, sign))).toThrow('small order');
        // the same y again, not reduced, where 255 bits hold it
        if (y + Q < 1n << 255n) expect(() => publicKeyBytes(encode(y + Q, sign))).toThrow('small order');
      }
    }
  });

  it('fit every message where the platform takes them, so they are refused here', () => {
    const identity = encode(1n);
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: identity }, format: 'jwk' });
    // R = the identity, s = 0: s·B = R + h·A holds for every h
    const signature = Buffer.concat([Buffer.from(identity, 'base64url'), Buffer.alloc(32)]);
    const fits = (message: string) => nodeVerify(null, Buffer.from(message), publicKey, signature);
    // OpenSSL takes such keys up to the version in Node 20, and refuses them in Node 24
    expect(fits('I said this')).toBe(fits('and this'));
    if (process.version.startsWith('v20.')) expect(fits('I said this')).toBe(true);
  });

  it('are not confused with ordinary ones, and keys have 32 bytes', () => {
    expect(publicKeyBytes(encode(4n)).length).toBe(32);
    for (const key of ['', 'AA', 'A'.repeat(42), 'A'.repeat(44), `${encode(4n)}=`, '+'.repeat(43)]) {
      expect(() => publicKeyBytes(key)).toThrow('32 bytes');
    }
  });
});
