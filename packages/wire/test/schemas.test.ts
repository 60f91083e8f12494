import { describe, expect, test } from 'vitest';
import { InferRequest, MeshError, problem, problemTypes, Problem } from '../src/index.ts';
import type { ProblemCode } from '../src/index.ts';

const request = {
  request_id: 'AAAAAAAAAAAAAAAAAAAAAA',
  model_id: 'tiny',
  version: '1',
  layer: 0,
  batch_size: 1,
  inputs: [{ encoding: 'seed', byte_length: 32 }],
  sharing: { scheme: 'additive', parties: 2, party_id: 1 },
};

describe('an infer request', () => {
  test('is taken as it should be', () => expect(InferRequest.parse(request)).toEqual(request));

  test('may say which operation it asks for', () => {
    for (const operation of ['product', 'sketch']) {
      expect(InferRequest.parse({ ...request, operation })).toEqual({ ...request, operation });
    }
  });

  test.each<[string, object]>([
    ['an unknown field', { extra: 1 }],
    ['a short request id', { request_id: 'A'.repeat(21) }],
    ['a request id outside base64url', { request_id: `${'A'.repeat(21)}+` }],
    ['a model id that is a path', { model_id: '../etc' }],
    ['a fractional layer', { layer: 0.5 }],
    ['a negative layer', { layer: -1 }],
    ['an empty batch', { batch_size: 0 }],
    ['a batch beyond the wire', { batch_size: 4_097 }],
    ['no inputs', { inputs: [] }],
    ['an input that is both forms at once', { inputs: [{ encoding: 'seed', byte_length: 32, payload: '' }] }],
    ['an input that is neither form', { inputs: [{ encoding: 'seed' }] }],
    ['an unknown encoding', { inputs: [{ encoding: 'float', byte_length: 8 }] }],
    ['a negative length', { inputs: [{ encoding: 'seed', byte_length: -1 }] }],
    ['party 0', { sharing: { ...request.sharing, party_id: 0 } }],
    ['17 parties', { sharing: { ...request.sharing, parties: 17 } }],
    ['an unknown field of the scheme', { sharing: { ...request.sharing, threshold: 2 } }],
    ['an unknown operation', { operation: 'inverse' }],
    ['another version', { api_version: 'v2' }],
  ])('with %s is refused', (_, change) => {
    expect(InferRequest.safeParse({ ...request, ...change }).success).toBe(false);
  });

  test('with __proto__ of its own is refused, and pollutes nothing', () => {
    const hostile = JSON.parse(JSON.stringify(request).replace('{', '{"__proto__":{"polluted":true},'));
    expect(InferRequest.safeParse(hostile).success).toBe(false);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('problems', () => {
  test.each(Object.keys(problemTypes) as ProblemCode[])('%s is a valid problem', (code) => {
    const made = problem(code, 'a detail', 'AAAAAAAAAAAAAAAAAAAAAA');
    expect(Problem.parse(made)).toEqual(made);
    expect(made.status).toBe(problemTypes[code].status);
    expect(made.type).toBe(`urn:sharemesh:problem:${code}`);
  });

  test('retry is invited only where another try can help', () => {
    const retryable = Object.entries(problemTypes).filter(([, type]) => type.retryable);
    expect(new Set(retryable.map(([, type]) => type.status))).toEqual(new Set([408, 409, 429, 500, 503]));
  });
});

describe('MeshError', () => {
  test('carries code, retryable, cause and party', () => {
    const cause = new Error('below');
    const error = new MeshError('CONNECTION_FAILED', 'words', { retryable: true, cause, party: 'http://a' });
    expect(error).toMatchObject({
      name: 'MeshError',
      code: 'CONNECTION_FAILED',
      retryable: true,
      cause,
      party: 'http://a',
    });
    expect(new MeshError('ABORTED', 'y')).toMatchObject({ retryable: false, party: undefined });
    expect(new MeshError('ABORTED', 'y').cause).toBeUndefined();
  });

  test('is known across duplicate installs', () => {
    const twin = Object.assign(new Error('other copy'), { [Symbol.for('sharemesh.error')]: true });
    expect(MeshError.is(twin)).toBe(true);
    expect(MeshError.is(new MeshError('ABORTED', 'y'))).toBe(true);
    for (const other of [new Error('plain'), null, undefined, 'text', {}])
      expect(MeshError.is(other)).toBe(false);
  });
});
