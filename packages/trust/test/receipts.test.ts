import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { MeshError } from '@sharemesh/wire/errors';
import {
  createReceiptSigner,
  generatePartyKey,
  readReceipt,
  receiptBytes,
  statementOf,
  verifyReceipt,
} from '@sharemesh/trust';
import type { Exchange, Receipt } from '@sharemesh/trust';
import { describe, expect, it } from 'vitest';
import { fromBase64Url } from '../src/bytes.ts';
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

  it('are refused where a field is malformed before anything is hashed', async () => {
    const receipt = await readReceipt(await signer(exchange), key.publicKey, exchange);
    const changed = (changes: Partial<Receipt>) => code(verifyReceipt({ ...receipt, ...changes }));
    expect(await changed({ time: -1 })).toBe('INVALID_INPUT');
    expect(await changed({ time: 0.5 })).toBe('INVALID_INPUT');
    expect(await changed({ bootNonce: 'short' })).toBe('INVALID_INPUT');
    expect(await changed({ modelDigest: 'sha256:ab' })).toBe('INVALID_INPUT');
    expect(await changed({ party: 'AA' })).toBe('INVALID_KEY');
    expect(await verifyReceipt({ ...receipt, signature: 'AA' })).toBe(false);
    expect(await verifyReceipt({ ...receipt, signature: '!' })).toBe(false);
  });
});
