import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createShareServer } from '@sharemesh/share-server';
import { HEADER_LENGTH, Problem, problemTypes } from '@sharemesh/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomBundle } from './support/bundles.ts';

const CANARY = 'canary7e57c0de';
const ROUTES = [
  '/v1/infer',
  '/v1/models',
  '/v1/jobs/abcdefghijklmnopqrstuv',
  '/v1/keys/x',
  '/v1/health',
  '/nowhere',
];
const { app } = createShareServer({
  bundles: [randomBundle([4, 2])],
  kernels: await loadFieldKernels(),
  limits: { maxBodyBytes: 8_192 },
});

const valid = {
  request_id: 'abcdefghijklmnopqrstuv',
  model_id: 'random',
  version: '1',
  layer: 0,
  batch_size: 1,
  inputs: [{ encoding: 'field61', payload: Buffer.alloc(32, 7).toString('base64') }],
  sharing: { scheme: 'additive', parties: 2, party_id: 1 },
};

const fieldNames = [...Object.keys(valid), 'encryption', 'api_version', '__proto__', 'constructor', CANARY];

/** A good request with one field of the envelope replaced by anything at all. */
const mutated = fc.tuple(fc.constantFrom(...fieldNames), fc.jsonValue()).map(([name, value]) => {
  const copy = Object.fromEntries(Object.entries(valid));
  Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(copy);
});

const requestIds = fc.nat().map((n) => n.toString(36).padStart(22, '0'));

/** A request whose fields are all of the right type. */
const plausible = fc
  .record({
    request_id: requestIds,
    model_id: fc.constantFrom('random', 'random', 'other', 'canary'),
    version: fc.constantFrom('1', '1', '2'),
    layer: fc.nat(2),
    batch_size: fc.integer({ min: 1, max: 70 }),
    sharing: fc.record({
      scheme: fc.constantFrom('additive', 'shamir'),
      parties: fc.integer({ min: 2, max: 16 }),
      party_id: fc.integer({ min: 1, max: 16 }),
    }),
  })
  .map((fields) => JSON.stringify({ ...valid, ...fields }));

/** A good request whose input is replaced. */
const mutatedInput = fc
  .record({
    request_id: requestIds,
    encoding: fc.constantFrom('field61', 'field61-packed', 'seed', 'rlwe', CANARY),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string({ maxLength: 60 }),
    ),
    extra: fc.option(fc.constant(CANARY)),
  })
  .map(({ request_id, encoding, payload, extra }) =>
    JSON.stringify({
      ...valid,
      request_id,
      inputs: [{ encoding, payload, ...(extra === null ? {} : { [extra]: 1 }) }],
    }),
  );

const whole = JSON.stringify(valid);
const bodies = fc.oneof(
  mutated,
  plausible,
  mutatedInput,
  fc.json(),
  fc.uint8Array({ maxLength: 300 }),
  fc.string().map((text) => CANARY + text),
  fc.nat(whole.length).map((length) => whole.slice(0, length)),
  fc.tuple(fc.nat(whole.length), fc.string({ maxLength: 3 })).map(([at, text]) => {
    return whole.slice(0, at) + text + whole.slice(at + 1);
  }),
  fc.nat(2_000).map((depth) => '['.repeat(depth)),
);

const headers = fc.record({
  'content-type': fc.constantFrom('application/json', 'application/octet-stream', 'text/plain', CANARY),
  [HEADER_LENGTH]: fc.option(fc.oneof(fc.nat(400).map(String), fc.constantFrom('-1', '1e3', CANARY)), {
    nil: undefined,
  }),
  prefer: fc.constantFrom(undefined, undefined, 'respond-async', CANARY),
});

const requests = fc.record({
  route: fc.oneof({ weight: 12, arbitrary: fc.constant('/v1/infer') }, fc.constantFrom(...ROUTES)),
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant('POST') },
    fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
  ),
  headers: fc.oneof(fc.constant({ 'content-type': 'application/json' }), headers),
  body: bodies,
});

const withoutUndefined = (record: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

describe('30,000 generated requests', () => {
  it('get an answer or a documented problem, never a 5xx, and never their own words back', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(requests, async ({ route, method, headers, body }) => {
        const hasBody = method !== 'GET' && method !== 'HEAD';
        const answer = await app.request(route, {
          method,
          headers: withoutUndefined(headers),
          ...(hasBody && { body: body as string }),
        });
        const text = await answer.text();
        if (answer.status >= 500) throw new Error(`status ${answer.status}`);
        if (text.includes(CANARY)) throw new Error('the answer quotes the request');
        const outcome = answer.status >= 400 && method !== 'HEAD' ? documentedCode(answer, text) : 'ok';
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 30_000 },
    );
    // the generator reaches every layer of the validation, not only the first
    for (const code of [
      'MALFORMED_REQUEST',
      'INVALID_REQUEST',
      'UNSUPPORTED_MEDIA_TYPE',
      'INVALID_PAYLOAD',
      'DIMENSION_MISMATCH',
      'UNKNOWN_MODEL',
      'UNKNOWN_VERSION',
      'UNKNOWN_LAYER',
      'BATCH_TOO_LARGE',
      'METHOD_NOT_ALLOWED',
      'REQUEST_ID_REUSED',
      'ok',
    ]) {
      expect(seen.get(code) ?? 0, code).toBeGreaterThan(0);
    }
    expect((await app.request('/v1/health')).status).toBe(200);
  }, 180_000);
});

/** The code of a problem that is one, in its media type and with its own status. */
function documentedCode(answer: Response, text: string): string {
  const { code, status } = Problem.parse(JSON.parse(text));
  if (answer.headers.get('content-type') !== 'application/problem+json')
    throw new Error('another media type');
  if (status !== answer.status || !Object.hasOwn(problemTypes, code))
    throw new Error(`${code} is not documented`);
  return code;
}
