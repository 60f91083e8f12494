import { describe, expect, test } from 'vitest';
import type { InferRequest } from '@sharemesh/wire';
import { EnvelopeMemo } from '../src/request/envelope-memo.ts';
import { parseInfer as parse } from '../src/request/parse-infer.ts';
import { envelope } from './support/requests.ts';

const request = envelope({ inputs: [{ encoding: 'seed', byte_length: 3 }] }) as InferRequest;
const encryption = { scheme: 'ckks', tier: 'public-model' };

const parseInfer = (body: Uint8Array, headerLength: string | undefined) =>
  parse(Buffer.from(body), headerLength, new EnvelopeMemo());
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const refused = (value: unknown, code: string, detail: string) =>
  expect(() => parseInfer(bytes(value), undefined)).toThrow(
    expect.objectContaining({ code, message: detail }),
  );

describe('a request', () => {
  test('in the JSON form has no tail, in the binary form what is behind the header', () => {
    expect(parseInfer(bytes(request), undefined)).toEqual({ request, tail: undefined });
    const header = bytes(request);
    const body = Uint8Array.of(...header, 7, 8, 9);
    expect(parseInfer(body, `${header.length}`)).toEqual({ request, tail: Buffer.of(7, 8, 9) });
  });

  test.each([
    ['a product under sharing', { operation: 'product' }],
    ['a sketch under sharing', { operation: 'sketch' }],
    ['a product under encryption', { sharing: undefined, encryption }],
    ['a product under encryption, said so', { operation: 'product', sharing: undefined, encryption }],
    ['this version', { api_version: 'v1' }],
  ])('%s is taken', (_, change) => {
    const changed = JSON.parse(JSON.stringify({ ...request, ...change }));
    expect(parseInfer(bytes(changed), undefined).request).toEqual(changed);
  });

  test('has sharing or encryption, and not both', () => {
    const detail = 'exactly one of sharing and encryption is needed';
    refused({ ...request, sharing: undefined }, 'INVALID_REQUEST', detail);
    refused({ ...request, encryption }, 'INVALID_REQUEST', detail);
  });

  test('asks for a sketch under sharing only', () => {
    const sketch = { ...request, operation: 'sketch', sharing: undefined, encryption };
    refused(sketch, 'INVALID_REQUEST', 'operation: a sketch is computed under sharing');
  });
});

describe('what is wrong is said', () => {
  test.each([
    ['another version', { ...request, api_version: 'v2' }],
    ['a version to come, with fields that it may have', { ...request, api_version: 'v9', later: true }],
    ['a version and nothing else', { api_version: '' }],
  ])('%s', (_, value) => refused(value, 'UNSUPPORTED_API_VERSION', 'this server speaks v1'));

  test('a version that is no text is a field like any other', () => {
    refused({ ...request, api_version: 2 }, 'INVALID_REQUEST', 'api_version: invalid_value');
    refused({ ...request, api_version: 'v1', layer: -1 }, 'INVALID_REQUEST', 'layer: too_small');
  });

  test.each([
    ['a field', { ...request, layer: 0.5 }, 'layer: invalid_type'],
    [
      'a field of a field',
      { ...request, sharing: { ...request.sharing, parties: 17 } },
      'sharing.parties: too_big',
    ],
    ['an item', { ...request, inputs: [1] }, 'inputs.0: invalid_union'],
    ['two fields', { ...request, layer: -1, batch_size: 0 }, 'layer: too_small; batch_size: too_small'],
    [
      'the first four of them',
      {},
      'request_id: invalid_type; model_id: invalid_type; version: invalid_type; layer: invalid_type',
    ],
    ['the whole, for a list', [request], 'body: invalid_type'],
    ['the whole, for null', null, 'body: invalid_type'],
    ['the whole, for text', 'text', 'body: invalid_type'],
    ['the whole, for a field of no name here', { ...request, 'secret-canary': 1 }, 'body: unrecognized_keys'],
  ])('%s', (_, value, detail) => refused(value, 'INVALID_REQUEST', detail));

  test('more inputs than there may be are counted, not described', () => {
    const inputs = (count: number) => ({ ...request, inputs: Array.from({ length: count }, () => 1) });
    refused(inputs(4_097), 'INVALID_REQUEST', 'inputs: at most 4096');
    expect(() => parseInfer(bytes(inputs(4_096)), undefined)).toThrow(/^inputs\.0: invalid_union; inputs\.1/);
    const noList = { ...request, inputs: { length: 5_000 } };
    refused(noList, 'INVALID_REQUEST', 'inputs: invalid_type; inputs: too_big');
  });
});
