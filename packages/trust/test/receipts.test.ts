import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { MeshError } from '@sharemesh/wire/errors';
import {
  RECEIPT_HEADER,
  createReceiptSigner,
  formatReceipt,
  generatePartyKey,
  readReceipt,
  receiptBytes,
  signReceipt,
  statementOf,
  verifyReceipt,
} from '@sharemesh/trust';
import type { Exchange, Receipt } from '@sharemesh/trust';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { fromBase64Url, toBase64Url } from '../src/bytes.ts';
import { digestOfBytes } from '../src/digest.ts';
import { BOOT_NONCE } from './small-party.ts';

const exchange: Exchange = {
  modelDigest: `sha256:${'ab'.repeat(32)}`,
  request: { headerLength: 2, body: Uint8Array.of(1, 2, 3) },
  response: { body: Uint8Array.of(4, 5) },
};

const key = await generatePartyKey();
const sign = createReceiptSigner(key, () => 1_700_000_000_123);
const signer = (exchange: Exchange) => sign({ ...statementOf(exchange), bootNonce: BOOT_NONCE });

const code = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return MeshError.is(error) ? error.code : error;
};

describe('receipts', () => {
  it('are read back by who has the key, the request and the response', async () => {
    const header = await signer(exchange);
    expect(RECEIPT_HEADER).toBe('sharemesh-receipt');
    expect(header.length).toBeLessThan(300);
    const receipt = await readReceipt(header, key.publicKey, exchange);
    expect(receipt).toMatchObject({
      modelDigest: exchange.modelDigest,
      party: key.publicKey,
      requestDigest: digestOfBytes(exchange.request.body),
      requestHeaderLength: 2,
      responseDigest: digestOfBytes(exchange.response.body),
      bootNonce: BOOT_NONCE,
      time: 1_700_000_000_123,
    });
    expect(receipt.responseHeaderLength).toBeUndefined();
    expect(await verifyReceipt(receipt)).toBe(true);
  });

  it('sign the bytes that the wire page describes, checked by another Ed25519', async () => {
    const receipt = await readReceipt(await signer(exchange), key.publicKey, exchange);
    const u32 = (value: number) => Buffer.from(value.toString(16).padStart(8, '0'), 'hex');
    const expected = Buffer.concat([
      Buffer.from('sharemesh receipt v1\0', 'latin1'),
      Buffer.alloc(32, 0xab),
      Buffer.from(key.publicKey, 'base64url'),
      Buffer.from(digestOfBytes(exchange.request.body).slice(7), 'hex'),
      Buffer.from(digestOfBytes(exchange.response.body).slice(7), 'hex'),
      Buffer.from(BOOT_NONCE, 'latin1'),
      u32(2),
      u32(0xffff_ffff),
      Buffer.from(1_700_000_000_123n.toString(16).padStart(16, '0'), 'hex'),
    ]);
    expect(Buffer.from(receiptBytes(receipt))).toEqual(expected);
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: key.publicKey },
      format: 'jwk',
    });
    expect(nodeVerify(null, expected, publicKey, fromBase64Url(receipt.signature))).toBe(true);
  });

  it('fit no other request, response, split, model, key or header', async () => {
    const header = await signer(exchange);
    const { request, response } = exchange;
    const stranger = await generatePartyKey();
    const read = (changes: Partial<Exchange>, party = key.publicKey, text = header) =>
      code(readReceipt(text, party, { ...exchange, ...changes }));
    expect(await read({ request: { ...request, body: Uint8Array.of(1, 2, 4) } })).toBe('INVALID_RECEIPT');
    expect(await read({ request: { body: request.body } })).toBe('INVALID_RECEIPT');
    expect(await read({ request: { ...request, headerLength: 3 } })).toBe('INVALID_RECEIPT');
    expect(await read({ response: { ...response, headerLength: 0 } })).toBe('INVALID_RECEIPT');
    expect(await read({ response: { body: Uint8Array.of(4, 5, 0) } })).toBe('INVALID_RECEIPT');
    expect(await read({ request: response, response: request })).toBe('INVALID_RECEIPT');
    expect(await read({ modelDigest: `sha256:${'ac'.repeat(32)}` })).toBe('INVALID_RECEIPT');
    expect(await read({}, stranger.publicKey)).toBe('INVALID_RECEIPT');
    expect(await read({}, key.publicKey, header.replace('1700000000123', '1700000000124'))).toBe(
      'INVALID_RECEIPT',
    );
    expect(await read({}, key.publicKey, header.replace(BOOT_NONCE, 'D'.repeat(22)))).toBe('INVALID_RECEIPT');
    for (const text of [
      '',
      'v2;',
      `${header} `,
      `${header};`,
      header.slice(0, -1),
      header.replaceAll(';', ','),
    ]) {
      expect(await read({}, key.publicKey, text)).toBe('INVALID_RECEIPT');
    }
  });

  it('do not survive the change of any single bit of the signature', async () => {
    const receipt = await readReceipt(await signer(exchange), key.publicKey, exchange);
    const raw = Buffer.from(receipt.signature, 'base64url');
    for (let bit = 0; bit < 512; bit++) {
      const changed = Buffer.from(raw);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await verifyReceipt({ ...receipt, signature: changed.toString('base64url') })).toBe(false);
    }
  });

  it('verify only for a signature in its one spelling', async () => {
    const receipt = await readReceipt(await signer(exchange), key.publicKey, exchange);
    const { signature } = receipt;
    // 86 characters hold 516 bits: four of them are unused
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const at = alphabet.indexOf(signature[85]!);
    expect(at % 16).toBe(0);
    for (let spare = 1; spare < 16; spare++) {
      const other = signature.slice(0, 85) + alphabet[at + spare];
      expect(Buffer.from(other, 'base64url').equals(Buffer.from(signature, 'base64url'))).toBe(true);
      expect(await verifyReceipt({ ...receipt, signature: other })).toBe(false);
      expect(
        await code(readReceipt(formatReceipt({ ...receipt, signature: other }), key.publicKey, exchange)),
      ).toBe('INVALID_RECEIPT');
    }
    for (const other of ['', 'AA', '!', `${signature}=`, undefined, [signature]]) {
      expect(await verifyReceipt({ ...receipt, signature: other as string })).toBe(false);
    }
  });

  it('are not made of a field out of its range, and not verified with one', async () => {
    const receipt = await readReceipt(await signer(exchange), key.publicKey, exchange);
    const { signature: _, party: __, ...statement } = receipt;
    const lengths = [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 + 2 ** 32, 2.5, -1, NaN, Infinity, null, '2', 2n];
    const objects = [[2], { valueOf: () => 2 }];
    const numbers = [...lengths, ...objects] as number[];
    const changes: Partial<Receipt>[] = [
      ...numbers.map((requestHeaderLength) => ({ requestHeaderLength })),
      ...numbers.map((responseHeaderLength) => ({ responseHeaderLength })),
      ...([-1, 0.5, NaN, Infinity, 2 ** 53, '1', null, undefined, 1n, [1]] as number[]).map((time) => ({
        time,
      })),
      ...(['short', 'B'.repeat(23), 'é'.repeat(22), [BOOT_NONCE], undefined] as string[]).map(
        (bootNonce) => ({
          bootNonce,
        }),
      ),
      ...(['modelDigest', 'requestDigest', 'responseDigest'] as const).flatMap((name) =>
        ['sha256:ab', `sha256:${'AB'.repeat(32)}`, [receipt[name]], undefined].map((digest) => ({
          [name]: digest,
        })),
      ),
    ];
    for (const change of changes) {
      expect([change, await code(verifyReceipt({ ...receipt, ...change }))]).toEqual([
        change,
        'INVALID_INPUT',
      ]);
      expect([change, await code(signReceipt(key, { ...statement, ...change }))]).toEqual([
        change,
        'INVALID_INPUT',
      ]);
    }
    for (const party of ['AA', undefined, [key.publicKey]]) {
      expect(await code(verifyReceipt({ ...receipt, party: party as string }))).toBe('INVALID_KEY');
    }
    await expect(verifyReceipt({ ...receipt, bootNonce: 'B' })).rejects.toThrow(
      'a boot nonce is 22 characters of base64url',
    );
    await expect(verifyReceipt({ ...receipt, time: -1 })).rejects.toThrow(
      'the time of a receipt is an integer',
    );
    await expect(verifyReceipt({ ...receipt, requestHeaderLength: -1 })).rejects.toThrow(
      'a header length is an integer from 0 to 2147483647',
    );
  });

  it('sign bytes that no other statement has', () => {
    const length = fc.option(
      fc.oneof(
        fc.nat(2 ** 31 - 1),
        fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 0.5, -1),
      ),
      { nil: undefined },
    );
    const digest = fc.constantFrom('00', 'ab', 'ff').map((byte) => `sha256:${byte.repeat(32)}`);
    const statement = fc.record({
      modelDigest: digest,
      party: fc.constantFrom(key.publicKey, toBase64Url(new Uint8Array(32))),
      requestDigest: digest,
      requestHeaderLength: length,
      responseDigest: digest,
      responseHeaderLength: length,
      bootNonce: fc.constantFrom('A'.repeat(22), 'B'.repeat(22)),
      time: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 32, 2 ** 53 - 1)),
    });
    const inRange = (length: number | undefined) =>
      length === undefined || (Number.isInteger(length) && length >= 0 && length < 2 ** 31);
    fc.assert(
      fc.property(statement, (statement) => {
        const fits = inRange(statement.requestHeaderLength) && inRange(statement.responseHeaderLength);
        let bytes: Uint8Array;
        try {
          bytes = receiptBytes(statement);
        } catch (error) {
          expect([fits, MeshError.is(error) && error.code]).toEqual([false, 'INVALID_INPUT']);
          return;
        }
        expect(fits).toBe(true);
        // every field can be read out of the bytes again
        const view = Buffer.from(bytes);
        const hex = (at: number) => `sha256:${view.subarray(at, at + 32).toString('hex')}`;
        const read = (at: number) =>
          view.readUInt32BE(at) === 2 ** 32 - 1 ? undefined : view.readUInt32BE(at);
        expect(view).toHaveLength(21 + 4 * 32 + 22 + 16);
        expect({
          modelDigest: hex(21),
          party: view.subarray(53, 85).toString('base64url'),
          requestDigest: hex(85),
          requestHeaderLength: read(171),
          responseDigest: hex(117),
          responseHeaderLength: read(175),
          bootNonce: view.subarray(149, 171).toString('latin1'),
          time: Number(view.readBigUInt64BE(179)),
        }).toEqual(statement);
      }),
      { numRuns: 500 },
    );
  });

  it('are read from a header of v1 only', async () => {
    const header = await signer(exchange);
    const [, nonce, time, signature] = header.split(';') as [string, string, string, string];
    const others = [
      '',
      header.slice(1),
      `V1;${nonce};${time};${signature}`,
      `v1;${nonce};0${time};${signature}`,
      `v1;${nonce};+${time};${signature}`,
      `v1;${nonce};${time}.0;${signature}`,
      `v1;${nonce};;${signature}`,
      `v1;${nonce}B;${time};${signature}`,
      `v1;${nonce};${time};${signature}A`,
      `v1;${nonce};${time};${signature.slice(1)}`,
      `v1;${nonce};12345678901234567;${signature}`,
      ` ${header}`,
      `${header}\n`,
    ];
    for (const other of others) {
      await expect(readReceipt(other, key.publicKey, exchange)).rejects.toMatchObject({
        code: 'INVALID_RECEIPT',
        message: 'the header is not a receipt of v1',
      });
    }
    // 16 digits, and more than a number holds exactly
    const beyond = `v1;${nonce};9999999999999999;${signature}`;
    await expect(readReceipt(beyond, key.publicKey, exchange)).rejects.toMatchObject({
      code: 'INVALID_RECEIPT',
      message: 'the receipt is not signed by this party for this request and response',
      cause: expect.objectContaining({ code: 'INVALID_INPUT' }),
    });
    expect((await readReceipt(`v1;${nonce};${time};${signature}`, key.publicKey, exchange)).time).toBe(
      Number(time),
    );
  });

  it('are INVALID_RECEIPT under whatever is announced as a key, or comes as a length', async () => {
    const header = await signer(exchange);
    const small = toBase64Url(Uint8Array.of(1, ...new Uint8Array(31)));
    for (const party of ['', 'AA', small]) {
      await expect(readReceipt(header, party, exchange)).rejects.toMatchObject({
        code: 'INVALID_RECEIPT',
        cause: expect.objectContaining({ code: 'INVALID_KEY' }),
      });
    }
    for (const headerLength of [-1, 2 ** 32, NaN]) {
      const response = { ...exchange.response, headerLength };
      expect(await code(readReceipt(header, key.publicKey, { ...exchange, response }))).toBe(
        'INVALID_RECEIPT',
      );
    }
  });

  it('say where a platform cannot verify them', async () => {
    const spy = vi.spyOn(crypto.subtle, 'importKey');
    spy.mockRejectedValue(new DOMException('no', 'NotSupportedError'));
    const { publicKey } = await generatePartyKey();
    try {
      expect(await code(readReceipt(await signer(exchange), publicKey, exchange))).toBe(
        'UNSUPPORTED_PLATFORM',
      );
    } finally {
      spy.mockRestore();
    }
  });

  it('carry the time of the signer’s clock, which is now', async () => {
    const before = Date.now();
    const sign = createReceiptSigner(key);
    const header = await sign({ ...statementOf(exchange), bootNonce: BOOT_NONCE });
    const { time } = await readReceipt(header, key.publicKey, exchange);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    const broken = createReceiptSigner(key, () => NaN);
    expect(await code(broken({ ...statementOf(exchange), bootNonce: BOOT_NONCE }))).toBe('INVALID_INPUT');
  });
});
