import { loadFieldKernels } from '@sharemesh/kernels/field';
import { checkReply, sketchShare } from '@sharemesh/shares';
import { MeshError } from '@sharemesh/wire/errors';
import { openChecks } from '@sharemesh/trust';
import { createSigningKeys, issueChecks } from '@sharemesh/trust/node';
import { describe, expect, it } from 'vitest';
import { CHECKS_PAYLOAD_TYPE } from '../src/checks.ts';
import { sealEnvelope } from '../src/node/ecdsa-signer.ts';
import { P, multiply, smallBundle } from './small-party.ts';

const kernels = await loadFieldKernels({ implementation: 'plain' });
const bundle = smallBundle();
const keys = createSigningKeys();
const options = {
  publicKeyPem: keys.publicKeyPem,
  modelDigest: bundle.digest,
  inference: bundle.manifest.inference,
  now: 1_500,
};
const text = issueChecks(kernels, bundle, keys.privateKeyPem, { issuedAt: 1_000, expiresAt: 2_000 });

const codeOf = async (text: string, changes: Partial<typeof options> = {}) => {
  const error = await openChecks(text, { ...options, ...changes }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return MeshError.is(error) ? error.code : error;
};

/** A payload that the owner really signed, changed on the way there. */
const signedAs = (change: (payload: Record<string, unknown>) => unknown, type = CHECKS_PAYLOAD_TYPE) => {
  const payload = JSON.parse(Buffer.from(JSON.parse(text).payload, 'base64').toString());
  const changed = new TextEncoder().encode(JSON.stringify(change(payload)));
  return JSON.stringify(sealEnvelope(type, changed, keys.privateKeyPem));
};

describe('signed check vectors', () => {
  it('accept right replies and no others, for a client without the model', async () => {
    const [check] = await openChecks(text, options);
    const share = [5n, P - 7n, 1n << 60n];
    const right = multiply(bundle, share);
    const sketch = sketchShare(kernels, check!, BigUint64Array.from(share), 1);
    expect(checkReply(kernels, check!, sketch, BigUint64Array.from(right))).toBe(true);
    for (let bit = 0; bit < 61; bit++) {
      const wrong = right.with(0, (right[0]! + (1n << BigInt(bit))) % P);
      expect(checkReply(kernels, check!, sketch, BigUint64Array.from(wrong))).toBe(false);
    }
  });

  it('are drawn anew each time', async () => {
    const again = issueChecks(kernels, bundle, keys.privateKeyPem, { issuedAt: 1_000, expiresAt: 2_000 });
    const [first] = await openChecks(text, options);
    const [second] = await openChecks(again, options);
    expect(second!.r).not.toEqual(first!.r);
  });

  it('hold for one model, for a time, under one key', async () => {
    expect(await codeOf(text, { now: 999 })).toBe('CHECKS_EXPIRED');
    expect(await codeOf(text, { now: 2_000 })).toBe('CHECKS_EXPIRED');
    expect(await codeOf(text, { modelDigest: smallBundle('2').digest })).toBe('DIGEST_MISMATCH');
    expect(await codeOf(text, { publicKeyPem: createSigningKeys().publicKeyPem })).toBe('INVALID_SIGNATURE');
  });

  it('are refused when anything in the file changed', async () => {
    const file = JSON.parse(text);
    const payload = Buffer.from(file.payload, 'base64');
    payload[40]! ^= 1;
    expect(await codeOf(JSON.stringify({ ...file, payload: payload.toString('base64') }))).toBe(
      'INVALID_SIGNATURE',
    );
    expect(await codeOf(signedAs((p) => p, 'application/vnd.in-toto+json'))).toBe('INVALID_SIGNATURE');
    expect(await codeOf('')).toBe('INVALID_CHECKS');
    expect(await codeOf('{}')).toBe('INVALID_CHECKS');
  });

  it('are refused where their owner signed vectors that do not fit the model', async () => {
    const vector = (length: number, value = 1n) =>
      Buffer.from(new BigUint64Array(length).fill(value).buffer).toString('base64');
    const layers = (...list: unknown[]) => codeOf(signedAs((payload) => ({ ...payload, layers: list })));
    expect(await layers({ r: vector(2), s: vector(3) })).toBeUndefined();
    expect(await layers({ r: vector(3), s: vector(3) })).toBe('INVALID_CHECKS');
    expect(await layers({ r: vector(2), s: vector(2) })).toBe('INVALID_CHECKS');
    expect(await layers({ r: vector(2), s: vector(3) }, { r: vector(2), s: vector(3) })).toBe(
      'INVALID_CHECKS',
    );
    expect(await layers({ r: vector(2, P), s: vector(3) })).toBe('INVALID_CHECKS');
    expect(await layers({ r: vector(2), s: vector(3, P) })).toBe('INVALID_CHECKS');
    expect(await layers({ r: 'AAA', s: vector(3) })).toBe('INVALID_CHECKS');
    expect(await layers({ r: vector(2), s: '!' })).toBe('INVALID_CHECKS');
    expect(await layers({ r: vector(2), s: vector(3), t: '' })).toBe('INVALID_CHECKS');
    expect(await layers({ r: vector(2) })).toBe('INVALID_CHECKS');
    expect(await layers()).toBe('INVALID_CHECKS');
    const others: ((payload: Record<string, unknown>) => unknown)[] = [
      (payload) => ({ ...payload, extra: 1 }),
      (payload) => ({ ...payload, issued_at: 0.5 }),
      (payload) => ({ ...payload, issued_at: -1 }),
      (payload) => ({ ...payload, expires_at: null }),
      (payload) => ({ ...payload, model_digest: 'sha256:' }),
      () => null,
    ];
    for (const change of others) expect(await codeOf(signedAs(change))).toBe('INVALID_CHECKS');
  });

  it('say what is wrong with them', async () => {
    const messageOf = async (text: string) =>
      openChecks(text, options).then(
        () => '',
        (error: Error) => error.message,
      );
    const vector = (length: number) => Buffer.from(new BigUint64Array(length).buffer).toString('base64');
    const layers = (...list: unknown[]) => messageOf(signedAs((payload) => ({ ...payload, layers: list })));
    const good = { r: vector(2), s: vector(3) };
    expect(await messageOf('{')).toBe('the check vectors are not JSON');
    expect(await messageOf('{}')).toBe('the file is not a signed envelope');
    expect(await layers()).toBe('the file does not hold check vectors of this format');
    expect(await layers(good, good)).toBe('the file has check vectors for 2 layers, the model has 1');
    expect(await layers({ ...good, r: vector(4) })).toBe(
      'a check vector of layer 0 has 4 elements where 2 are needed',
    );
    expect(await layers({ ...good, s: '!' })).toBe(
      'a check vector of layer 0 does not hold field elements in base64',
    );
    await expect(openChecks(text, { ...options, now: 2_000 })).rejects.toThrow(
      'the check vectors are not valid at this time',
    );
    await expect(openChecks(text, { ...options, modelDigest: smallBundle('2').digest })).rejects.toThrow(
      'the check vectors are for another model',
    );
  });

  it('are valid from the moment of issue until they expire, at a time that is one', async () => {
    expect(await codeOf(text, { now: 1_000 })).toBeUndefined();
    expect(await codeOf(text, { now: 1_999 })).toBeUndefined();
    expect(await codeOf(text, { now: 1_999.9 })).toBeUndefined();
    for (const now of [NaN, -1, Infinity, null, '1500']) {
      expect([now, await codeOf(text, { now: now as number })]).toEqual([now, 'INVALID_INPUT']);
    }
    const { now: _, ...present } = options;
    const day = 86_400_000;
    const issue = (issuedAt: number, expiresAt: number) =>
      issueChecks(kernels, bundle, keys.privateKeyPem, { issuedAt, expiresAt });
    const today = Date.now();
    await expect(openChecks(issue(today - day, today + day), present)).resolves.toHaveLength(1);
    for (const past of [issue(today - day, today - 1), issue(today + day, today + 2 * day)]) {
      await expect(openChecks(past, present)).rejects.toMatchObject({ code: 'CHECKS_EXPIRED' });
    }
  });

  it('are not issued for times that no file holds', () => {
    const times: unknown[][] = [
      [NaN, 2_000],
      [1_000, NaN],
      [-1, 2_000],
      [0.5, 2_000],
      [1_000, 2_000.5],
      [1_000, Infinity],
      [1_000, 2 ** 53],
      ['1000', 2_000],
      [1_000, 1_000],
      [2_000, 1_000],
    ];
    for (const [issuedAt, expiresAt] of times as [number, number][]) {
      expect(() => issueChecks(kernels, bundle, keys.privateKeyPem, { issuedAt, expiresAt })).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      );
    }
    expect(
      issueChecks(kernels, bundle, keys.privateKeyPem, { issuedAt: 0, expiresAt: 1 }).endsWith('}\n'),
    ).toBe(true);
  });
});
