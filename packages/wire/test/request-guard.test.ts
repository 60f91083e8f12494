import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InferRequest, isInferRequest } from '../src/index.ts';

const request = {
  api_version: 'v1',
  request_id: 'AAAAAAAAAAAAAAAAAAAAAA',
  model_id: 'tiny',
  version: '1',
  layer: 0,
  operation: 'product',
  batch_size: 1,
  inputs: [
    { encoding: 'seed', byte_length: 32 },
    { encoding: 'rlwe', payload: 'AAAA' },
  ],
  sharing: { scheme: 'additive', parties: 2, party_id: 1 },
  encryption: { scheme: 'ckks', tier: 'circuit-private', key_id: `sha256:${'0'.repeat(64)}` },
};

/** Values near the edges of what the fields take, and others of any kind. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    'v1',
    'v2',
    'seed',
    'product',
    'sketch',
    'shamir',
    'bfv',
    [],
    {},
    '__proto__',
  ),
  fc.constantFrom<unknown>(
    -1,
    0,
    1,
    2,
    16,
    17,
    0.5,
    1023,
    1024,
    4096,
    4097,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53,
    1e300,
  ),
  fc.stringMatching(/^[A-Za-z0-9_.:-]{0,70}$/),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Every place in the request that a value can be put in. */
const places = [
  ...Object.keys(request).map((name) => [name]),
  ...Object.keys(request.sharing).map((name) => ['sharing', name]),
  ...Object.keys(request.encryption).map((name) => ['encryption', name]),
  ...['encoding', 'byte_length', 'payload'].flatMap((name) => [
    ['inputs', 0, name],
    ['inputs', 1, name],
  ]),
  ['extra'],
  ['sharing', 'extra'],
  ['inputs', 0, 'extra'],
  ['__proto__'],
];

const change = fc.record({ place: fc.constantFrom(...places), value, remove: fc.boolean() });

function changed(path: readonly (string | number)[], to: unknown, remove: boolean): unknown {
  const copy = structuredClone(request) as never;
  const holder = path
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>((at, name) => at[name] as never, copy);
  const name = path.at(-1)!;
  if (remove) delete holder[name];
  else
    Object.defineProperty(holder, name, { value: to, enumerable: true, configurable: true, writable: true });
  return copy;
}

test('the guard takes what the schema takes, and nothing else', () => {
  let taken = 0;
  fc.assert(
    fc.property(change, ({ place, value: to, remove }) => {
      const body = changed(place, to, remove);
      const { success } = InferRequest.safeParse(body);
      expect(isInferRequest(body)).toBe(success);
      taken += success ? 1 : 0;
    }),
    { numRuns: 5_000 },
  );
  expect(isInferRequest(request)).toBe(true);
  expect(taken).toBeGreaterThan(200);
});

test.each([null, undefined, 1, 'text', [], [request], {}])('%j is no request', (body) => {
  expect(isInferRequest(body)).toBe(false);
});

test.each([
  [['request_id'], request.request_id],
  [['model_id'], request.model_id],
  [['version'], request.version],
  [['encryption', 'key_id'], request.encryption.key_id],
])('%j is matched as a whole, not somewhere in the text', (path, whole) => {
  expect(isInferRequest(changed(path, whole, false))).toBe(true);
  for (const other of [`/${whole}`, `${whole}/`, `\n${whole}`, `${whole}\n`, '']) {
    expect(isInferRequest(changed(path, other, false))).toBe(false);
  }
});
