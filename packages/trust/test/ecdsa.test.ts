import { createPublicKey, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyEcdsa } from '../src/ecdsa.ts';

const utf8 = new TextEncoder();
const hex = (text: string) => Buffer.from(text, 'hex');

/** DER by hand: SEQUENCE { INTEGER r, INTEGER s }, with whatever bytes stand for the integers. */
const der = (r: Uint8Array, s: Uint8Array, after: readonly number[] = []) => {
  const body = [0x02, r.length, ...r, 0x02, s.length, ...s, ...after];
  return Uint8Array.of(0x30, body.length, ...body);
};

/** The shortest two's complement of a positive integer. */
const integer = (bytes: Uint8Array): Uint8Array => {
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  return value[0]! >= 0x80 ? Uint8Array.of(0, ...value) : value;
};

const pemOf = (key: ReturnType<typeof createPublicKey>) =>
  key.export({ type: 'spki', format: 'pem' }).toString();

// RFC 6979 §A.2.5: the key, and the signatures of two texts with SHA-256
const publicKeyPem = pemOf(
  createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: hex('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6').toString('base64url'),
      y: hex('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299').toString('base64url'),
    },
  }),
);
const vectors = [
  [
    'sample',
    'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
    'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  ],
  [
    'test',
    'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
    '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
  ],
] as const;
const verify = (signature: Uint8Array, text = 'sample', key = publicKeyPem) =>
  verifyEcdsa(key, utf8.encode(text), signature);

describe('ECDSA with P-256', () => {
  it.each(vectors)('verifies the vector of RFC 6979 for %s', async (text, r, s) => {
    const signature = der(integer(hex(r)), integer(hex(s)));
    expect(await verify(signature, text)).toBe(true);
    expect(await verify(signature, `${text}.`)).toBe(false);
    expect(await verify(der(integer(hex(s)), integer(hex(r))), text)).toBe(false);
  });

  it('verifies what OpenSSL signs, whatever the length of r and s', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const lengths = new Set<number>();
    for (let i = 0; i < 300; i++) {
      const signature = nodeSign('sha256', utf8.encode(`${i}`), privateKey);
      lengths.add(signature.length);
      expect(await verify(signature, `${i}`, pemOf(publicKey))).toBe(true);
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  it('takes r and s in one encoding only: shortest, positive, within the range, and nothing after them', async () => {
    const [r, s] = [integer(hex(vectors[1][1])), integer(hex(vectors[1][2]))];
    const test = (signature: Uint8Array) => verify(signature, 'test');
    expect(await test(der(r, s))).toBe(true);
    const good = der(r, s);
    const order = hex('FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');
    const plusOrder = (value: Uint8Array) => {
      const sum = BigInt(`0x${Buffer.from(value).toString('hex')}`) + BigInt(`0x${order.toString('hex')}`);
      const text = sum.toString(16);
      return integer(hex(text.padStart(text.length + (text.length % 2), '0')));
    };
    const others = [
      der(Uint8Array.of(0, ...r), s),
      der(r, Uint8Array.of(0, ...s)),
      der(r.subarray(1), s), // negative
      der(r, new Uint8Array(0)),
      der(new Uint8Array(0), s),
      der(Uint8Array.of(0), s),
      der(r, Uint8Array.of(0)),
      der(r, plusOrder(s)),
      der(integer(order), s),
      der(r, s, [0]),
      der(r, s, [0x02, 1, 1]),
      Uint8Array.of(...good, 0),
      good.subarray(0, -1),
      good.with(1, good[1]! + 1),
      good.with(0, 0x31),
      good.with(2, 0x03),
      Uint8Array.of(0x30, 0x81, good[1]!, ...good.subarray(2)), // a long form of a short length
      Uint8Array.of(0x30, 0x80, ...good.subarray(2), 0, 0), // BER without a length
      Buffer.concat([hex(vectors[1][1]), hex(vectors[1][2])]),
      new Uint8Array(0),
    ];
    for (const [i, other] of others.entries()) expect([i, await test(other)]).toEqual([i, false]);
  });

  it('is false, and no error, for any bytes in place of a signature', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        expect(await verify(bytes)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses keys of other kinds and text that is no PEM', async () => {
    const others = [
      pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
      pemOf(generateKeyPairSync('ed25519').publicKey),
      pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
    ];
    for (const key of others) {
      await expect(verify(new Uint8Array(8), 'a', key)).rejects.toMatchObject({
        code: 'INVALID_KEY',
        message: 'the key is not an ECDSA P-256 public key',
      });
    }
    await expect(verify(new Uint8Array(8), 'a', 'nonsense')).rejects.toMatchObject({
      code: 'INVALID_KEY',
      message: 'the key is not a PEM block of type PUBLIC KEY',
    });
  });
});
