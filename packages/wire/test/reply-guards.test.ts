import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as wire from '../src/index.ts';
import {
  isInferResponse,
  isJobResponse,
  isModelsResponse,
  isPartyResponse,
  isProblem,
} from '../src/index.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const id = 'i'.repeat(22);
const layer: wire.DenseLayer = {
  type: 'dense',
  input_size: 3,
  output_size: 2,
  weight_bits: 28,
  row_scales: [0.5, 0.25],
  bias: [0, -1],
  max_row_sum: 1_000,
  weights_digest: digest,
  activation: { type: 'relu' },
};
const model: wire.ModelInfo = {
  model_id: 'test',
  version: '1',
  description: '',
  scheme: 'shares',
  digest,
  inference: { input_size: 3, output_size: 2, layers: [layer] },
  sharing_parameters: {
    field_modulus: '2305843009213693951',
    schemes: ['additive', 'shamir'],
    encodings: ['field61', 'field61-packed', 'seed'],
    max_parties: 16,
  },
  constraints: { max_batch_size: 64, max_body_bytes: 2 ** 24 },
};

const bridge: wire.ModelInfo = {
  ...model,
  scheme: 'ckks',
  encryption_parameters: [
    {
      tier: 'circuit-private',
      poly_modulus_degree: 4096,
      coeff_modulus_bits: [30, 30, 30],
      coeff_moduli: [1_073_479_681, 1_073_184_769, 1_072_496_641],
      scale: [20, 20],
      max_multiplicative_depth: 1,
    },
  ],
  zero_rows: [[0, 3], []],
};
const polynomial = { ...layer, activation: { type: 'polynomial' as const, coefficients: [0, 0.5, 0.25] } };
const shaped = { ...model, inference: { ...model.inference, layers: [polynomial] } };

const problem = wire.problem('OVERLOADED', 'detail', id);
const completed = {
  api_version: 'v1',
  status: 'completed',
  job_id: id,
  result: {
    request_id: id,
    model_digest: digest,
    layer: 0,
    batch_size: 1,
    outputs: [
      { encoding: 'field61', byte_length: 8 },
      { encoding: 'rlwe', payload: 'AAAA' },
    ],
  },
};

type Schema = { safeParse(value: unknown): { success: boolean } };

/** Each guard beside the schema it stands for, with messages that both accept. */
const pairs: Record<string, [guard: (value: unknown) => boolean, schema: Schema, samples: unknown[]]> = {
  models: [
    isModelsResponse,
    wire.ModelsResponse,
    [
      { api_version: 'v1', models: [model, bridge, shaped] },
      { api_version: 'v1', models: [] },
    ],
  ],
  party: [
    isPartyResponse,
    wire.PartyResponse,
    [
      {
        api_version: 'v1',
        operator: 'Operator',
        boot_nonce: id,
        public_key: 'k'.repeat(43),
        software: { name: 'n', version: '1' },
      },
    ],
  ],
  problem: [isProblem, wire.Problem, [problem]],
  infer: [
    isInferResponse,
    wire.InferResponse,
    [completed, { api_version: 'v1', status: 'queued', job_id: id }],
  ],
  job: [
    isJobResponse,
    wire.JobResponse,
    [completed, { api_version: 'v1', status: 'failed', job_id: id, error: problem }],
  ],
};

/** Values that lie at the edges of what some member allows. */
const texts = [
  '',
  'v2',
  'x'.repeat(65),
  'x'.repeat(129),
  'x'.repeat(501),
  'x'.repeat(513),
  digest,
  id,
  '__proto__',
];
const words = [
  'relu',
  'completed',
  'running',
  'failed',
  'queued',
  'additive',
  'seed',
  'field61',
  'ckks',
  'public-model',
];
const counts = [
  -1, 0, 1, 14, 16, 17, 28, 30, 32, 61, 399, 400, 599, 600, 1_023, 1_024, 4_096, 4_097, 32_768, 32_769,
];
const numbers = [
  65_536,
  65_537,
  2 ** 30,
  2 ** 30 + 1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  1e300,
  NaN,
  Infinity,
];
const others = [
  undefined,
  null,
  true,
  false,
  1.5,
  -0,
  'Model',
  'model.v-1_',
  [],
  {},
  [0],
  ['a'],
  { type: 'relu' },
];
const edges: unknown[] = [
  texts,
  words,
  counts,
  numbers,
  others,
  [{ type: 'polynomial', coefficients: [] }],
].flat(1);

/** Paths to every member and element of a value. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 3) : Object.keys(value);
  return [
    path,
    ...keys.flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key])),
  ];
}

function mutate(sample: unknown, path: (string | number)[], action: string, value: unknown): unknown {
  if (path.length === 0) return value;
  const copy = structuredClone(sample);
  const last = path.at(-1)!;
  let holder = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  if (action === 'replace') holder[last] = value;
  else if (Array.isArray(holder)) spliced(holder, Number(last), action, value);
  else if (action === 'remove') delete holder[last];
  else holder['extra'] = value;
  return copy;
}

const spliced = (list: unknown[], at: number, action: string, value: unknown) =>
  action === 'remove' ? list.splice(at, 1) : list.splice(at, 0, value);

describe('the guards and the schemas of the wire', () => {
  for (const [name, [guard, schema, samples]] of Object.entries(pairs)) {
    it(`accept the same ${name} messages`, () => {
      for (const sample of samples) {
        expect(schema.safeParse(sample).success).toBe(true);
        expect(guard(sample)).toBe(true);
      }
    });

    it(`refuse the same ${name} messages`, () => {
      const cases = fc.constantFrom(...samples).chain((sample) =>
        fc.record({
          sample: fc.constant(sample),
          path: fc.constantFrom(...pathsOf(sample)),
          action: fc.constantFrom('replace', 'remove', 'add'),
          value: fc.oneof(fc.constantFrom(...edges), fc.jsonValue({ maxDepth: 2 })),
        }),
      );
      fc.assert(
        fc.property(cases, ({ sample, path, action, value }) => {
          const mutant = mutate(sample, path, action, value);
          expect(guard(mutant)).toBe(schema.safeParse(mutant).success);
        }),
        { numRuns: 1_000 },
      );
    });
  }

  it('take no member from a prototype', () => {
    expect(isProblem(Object.create(problem))).toBe(false);
    expect(isProblem(JSON.parse(`{"__proto__":${JSON.stringify(problem)}}`))).toBe(false);
  });
});
