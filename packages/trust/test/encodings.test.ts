import { createHash, createPublicKey } from 'node:crypto';
import { BOOT_NONCE, DIGEST } from '@sharemesh/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '../src/bytes.ts';
import { digestOfBytes, rawDigest } from '../src/digest.ts';
import { openEnvelope, preAuthEncoding } from '../src/envelope.ts';
import { fromPem } from '../src/pem.ts';
import { receiptBytes } from '../src/receipts.ts';
import { createSigningKeys } from '@sharemesh/trust/node';
import { sealEnvelope } from '../src/node/ecdsa-signer.ts';

const error = (code: string, message?: string) =>
  expect.objectContaining({ name: 'MeshError', code, ...(message !== undefined && { message }) });
const utf8 = new TextEncoder();

describe('base64url', () => {
  it('is that of RFC 4648 without padding, and is read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
    );
    expect(toBase64Url(Uint8Array.of(0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff))).toBe('----____');
  });

  it('has one text for each value', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12, unit: fc.constantFrom(...'ABQgwxyz019_-') }), (text) => {
        let bytes: Uint8Array;
        try {
          bytes = fromBase64Url(text);
        } catch {
          return;
        }
        expect(toBase64Url(bytes)).toBe(text);
      }),
    );
    for (const text of ['A', 'AB', 'AAB', 'AA==', 'A A', 'AA\n', '+AAA', '/AAA', 'AAAAA', 'é', 'AAA\u0100']) {
      expect(() => fromBase64Url(text)).toThrow(
        error('INVALID_PAYLOAD', 'a value is not canonical base64url'),
      );
    }
    for (const value of [undefined, null, 12, ['AAAA']]) {
      expect(() => fromBase64Url(value as never)).toThrow(error('INVALID_PAYLOAD'));
    }
  });
});

describe('a digest', () => {
  it('is SHA-256 in the form that v1 writes it in', () => {
    const bytes = utf8.encode('abc');
    const digest = digestOfBytes(bytes);
    expect(digest).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(Buffer.from(rawDigest(digest))).toEqual(createHash('sha256').update(bytes).digest());
    expect(digest).toMatch(DIGEST);
  });

  it('is read in that form only', () => {
    const hex = 'ab'.repeat(32);
    const others = [
      hex,
      `sha256:${hex.toUpperCase()}`,
      `sha256:${hex}0`,
      `sha256:${hex.slice(2)}`,
      `sha512:${hex}`,
      ` sha256:${hex}`,
      `sha256:${hex}\n`,
      [`sha256:${hex}`],
      undefined,
    ];
    for (const other of others) {
      expect(() => rawDigest(other as never)).toThrow(
        error('INVALID_INPUT', 'a digest is sha256: and 64 hex digits'),
      );
    }
  });
});

describe('the patterns that trust has a copy of', () => {
  /** Texts at the border of both patterns. */
  const text = fc.oneof(
    fc.string({ minLength: 20, maxLength: 24, unit: fc.constantFrom(...'AZaz09_-+/=') }),
    fc
      .string({ minLength: 62, maxLength: 66, unit: fc.constantFrom(...'09afAFg') })
      .map((hex) => `sha256:${hex}`),
  );
  const party = toBase64Url(new Uint8Array(32));
  const takes = (work: () => unknown) => {
    try {
      work();
      return true;
    } catch {
      return false;
    }
  };

  it('agree with those of the wire', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const statement = { modelDigest: digest, party, requestDigest: digest, responseDigest: digest, time: 0 };
    fc.assert(
      fc.property(text, (text) => {
        expect(takes(() => rawDigest(text))).toBe(DIGEST.test(text));
        expect(takes(() => receiptBytes({ ...statement, bootNonce: text }))).toBe(BOOT_NONCE.test(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('PEM', () => {
  const block = '-----BEGIN PUBLIC KEY-----\nAQID\nBAU=\n-----END PUBLIC KEY-----\n';

  it('is one block, with white space around and inside it', () => {
    for (const text of [block, block.trim(), `\n  ${block}\n`, block.replaceAll('\n', '\r\n')]) {
      expect(fromPem(text, 'PUBLIC KEY')).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
    }
  });

  it('is nothing else', () => {
    const others = [
      '',
      block + block,
      `comment\n${block}`,
      `${block}comment`,
      block.replace('AQID', 'AQ-D'),
      block.replace('BAU=', 'BAV='),
      block.replace('BAU=', 'BAU'),
      block.replace(/AQID\nBAU=\n/, ''),
      block.replaceAll('PUBLIC', 'PRIVATE'),
      block.replace('END PUBLIC', 'END PRIVATE'),
    ];
    for (const text of others) {
      expect(() => fromPem(text, 'PUBLIC KEY')).toThrow(
        error('INVALID_KEY', 'the key is not a PEM block of type PUBLIC KEY'),
      );
    }
  });
});

describe('DSSE', () => {
  const type = 'http://example.com/HelloWorld';
  const payload = utf8.encode('hello world');

  it('signs the bytes of the specification, and verifies its example', async () => {
    const bytes = preAuthEncoding(type, payload);
    expect(new TextDecoder().decode(bytes)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    // key and signature of github.com/secure-systems-lab/dsse, protocol.md, "Test vectors"
    const coordinate = (decimal: string) =>
      Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: coordinate('46950820868899156662930047687818585632848591499744589407958293238635476079160'),
        y: coordinate('5640078356564379163099075877009565129882514886557779369047442380624545832820'),
      },
    });
    const raw = Buffer.from(
      'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
      'base64',
    );
    const der = Buffer.concat([
      Buffer.of(0x30, 0x44, 0x02, 0x20),
      raw.subarray(0, 32),
      Buffer.of(0x02, 0x20),
      raw.subarray(32),
    ]);
    const envelope = {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: type,
      signatures: [{ sig: der.toString('base64') }],
    };
    const pem = key.export({ type: 'spki', format: 'pem' }).toString();
    expect(await openEnvelope(envelope, type, pem)).toEqual(payload);
  });

  it('never takes a payload of one type for another of a second type', () => {
    const parts = fc.tuple(
      fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(...'a1/') }),
      fc.uint8Array({ maxLength: 6, min: 0x20, max: 0x39 }),
    );
    fc.assert(
      fc.property(parts, parts, ([a, x], [b, y]) => {
        const same = a === b && Buffer.from(x).equals(y);
        expect(Buffer.from(preAuthEncoding(a, x)).equals(preAuthEncoding(b, y))).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it('has no type that UTF-8 would write like another, or with a space', () => {
    for (const other of ['', 'a b', 'a\n', 'é', '\ud800', '\ufffd', 'a\u007f']) {
      expect(() => preAuthEncoding(other, payload)).toThrow(
        error('INVALID_INPUT', 'the type of a payload is printable ASCII without spaces'),
      );
    }
    expect(preAuthEncoding('!~', payload)).toBeInstanceOf(Uint8Array);
  });

  it('has exactly one signature, over this type and content, in base64', async () => {
    const keys = createSigningKeys();
    const sealed = sealEnvelope(type, payload, keys.privateKeyPem);
    const [signature] = sealed.signatures as [{ sig: string }];
    expect(await openEnvelope(sealed, type, keys.publicKeyPem)).toEqual(payload);
    const open = (changes: object, asked = type, pem = keys.publicKeyPem) =>
      openEnvelope({ ...sealed, ...changes }, asked, pem);
    const invalid = (message: string) => error('INVALID_SIGNATURE', message);
    await expect(open({}, 'text/plain')).rejects.toThrow(invalid('the envelope does not hold text/plain'));
    await expect(open({ payloadType: 'text/plain' })).rejects.toThrow(
      invalid(`the envelope does not hold ${type}`),
    );
    const one = invalid('the envelope does not have exactly one signature');
    await expect(open({ signatures: [] })).rejects.toThrow(one);
    await expect(open({ signatures: [signature, signature] })).rejects.toThrow(one);
    const text = invalid('the envelope holds text that is not base64');
    await expect(open({ payload: 'aGVsbG8' })).rejects.toThrow(text);
    await expect(open({ signatures: [{ sig: '!' }] })).rejects.toThrow(text);
    const foreign = invalid('the signature is not by this key over this content');
    await expect(open({ payload: 'aGVsbG8=' })).rejects.toThrow(foreign);
    await expect(open({ signatures: [{ sig: 'AA==' }] })).rejects.toThrow(foreign);
    await expect(open({}, type, createSigningKeys().publicKeyPem)).rejects.toThrow(foreign);
    // the same payload under a type that a second signature is for
    const other = sealEnvelope('text/plain', payload, keys.privateKeyPem);
    await expect(open({ signatures: other.signatures })).rejects.toThrow(foreign);
  });
});
