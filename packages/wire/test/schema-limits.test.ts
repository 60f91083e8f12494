import { describe, expect, test } from 'vitest';
import {
  InferRequest,
  JobResponse,
  InferResponse,
  KeyResponse,
  KeysResponse,
  ModelsResponse,
  PartyResponse,
  HealthResponse,
  Problem,
} from '../src/index.ts';
import {
  alsoAbsent,
  apiVersion,
  copies,
  digest,
  field,
  integers,
  lists,
  modelId,
  modelVersion,
  oneOf,
  reals,
  textUpTo,
  token,
  withValue,
} from './fields.ts';
import type { Field, Path } from './fields.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const ID = 'A'.repeat(22);
const tensor = { encoding: 'seed', byte_length: 32 };
const tensorFields = (path: string): Field[] => [
  field(`${path}.0.encoding`, ...oneOf('field61', 'field61-packed', 'seed', 'rlwe')),
  field(`${path}.0.byte_length`, ...integers(0, 2 ** 31 - 1)),
  field(`${path}.1.payload`, ['', 'AAAA'], [7, null, undefined]),
  field(`${path}.1.encoding`, ...oneOf('field61', 'field61-packed', 'seed', 'rlwe')),
  field(path, ...lists(tensor, 1, 4_096)),
];

const request = {
  api_version: 'v1',
  request_id: ID,
  model_id: 'tiny',
  version: '1',
  layer: 0,
  operation: 'product',
  batch_size: 1,
  inputs: [tensor, { encoding: 'rlwe', payload: 'AAAA' }],
  sharing: { scheme: 'additive', parties: 2, party_id: 1 },
  encryption: { scheme: 'ckks', tier: 'circuit-private', key_id: DIGEST },
};
const result = {
  request_id: ID,
  model_digest: DIGEST,
  layer: 0,
  batch_size: 1,
  outputs: request.inputs,
};
const completed = { api_version: 'v1', status: 'completed', job_id: ID, result };
const completedFields = [
  field('api_version', ...apiVersion),
  field('job_id', ...token(22, 64)),
  field('result.request_id', ...token(22, 64)),
  field('result.model_digest', ...digest),
  field('result.layer', ...integers(0, 1_023)),
  field('result.batch_size', ...integers(1, 4_096)),
  ...tensorFields('result.outputs'),
];
const pending = { api_version: 'v1', status: 'queued', job_id: ID };
const pendingFields = [
  field('api_version', ...apiVersion),
  field('status', ...oneOf('queued', 'running')),
  field('job_id', ...token(22, 64)),
];
const problem = {
  api_version: 'v1',
  type: 'urn:sharemesh:problem:NOT_FOUND',
  title: 'No such route',
  status: 404,
  code: 'NOT_FOUND',
  retryable: false,
  detail: 'a detail',
  request_id: ID,
};
const problemFields = [
  field('api_version', ...apiVersion),
  field('type', ...textUpTo(128)),
  field('title', ...textUpTo(128)),
  field('status', ...integers(400, 599)),
  field(
    'code',
    ['ABC', 'A_9', 'A'.repeat(64)],
    ['AB', 'A'.repeat(65), 'Abc', '9AB', '_AB', 'A-B', 'ABC\n', '\nABC', undefined],
  ),
  field('retryable', [true, false], ['true', 0, null, undefined]),
  field('detail', ...alsoAbsent(textUpTo(512))),
  field('request_id', ...alsoAbsent(token(22, 64))),
];
const nested = (prefix: string, fields: readonly Field[]) =>
  fields.map(({ path, takes, refuses }) => field(`${prefix}.${path}`, takes, refuses));

const layer = {
  type: 'dense',
  input_size: 2,
  output_size: 1,
  weight_bits: 14,
  row_scales: [0.5],
  bias: [0],
  max_row_sum: 3,
  weights_digest: DIGEST,
  activation: { type: 'relu' },
};
const encryptionParameters = {
  tier: 'circuit-private',
  poly_modulus_degree: 4_096,
  coeff_modulus_bits: [30],
  coeff_moduli: [1_073_479_681],
  scale: [20],
  max_multiplicative_depth: 1,
};
const model = {
  model_id: 'tiny',
  version: '1',
  description: 'a model',
  scheme: 'shares',
  digest: DIGEST,
  inference: { input_size: 2, output_size: 1, layers: [layer] },
  sharing_parameters: {
    field_modulus: '2305843009213693951',
    schemes: ['additive'],
    encodings: ['seed'],
    max_parties: 16,
  },
  encryption_parameters: [encryptionParameters],
  constraints: { max_batch_size: 1, max_body_bytes: 1 },
};
const modelFields = [
  field('api_version', ...apiVersion),
  field('models', ...lists(model, 0, 1_024)),
  ...nested('models.0', [
    field('model_id', ...modelId),
    field('version', ...modelVersion),
    field('description', ...textUpTo(500)),
    field('scheme', ...oneOf('shares', 'ckks', 'bfv')),
    field('digest', ...digest),
    field('inference.input_size', ...integers(1, 65_536)),
    field('inference.output_size', ...integers(1, 65_536)),
    field('inference.layers', ...lists(layer, 1, 1_024)),
    ...nested('inference.layers.0', [
      field('type', ...oneOf('dense')),
      field('input_size', ...integers(1, 65_536)),
      field('output_size', ...integers(1, 65_536)),
      field('weight_bits', [14, 28], [13, 15, 16, '14', null, undefined]),
      field('row_scales', ...reals),
      field('bias', ...reals),
      field('max_row_sum', ...integers(0, Number.MAX_SAFE_INTEGER)),
      field('weights_digest', ...digest),
      field(
        'activation',
        [
          ...['identity', 'relu', 'square', 'sigmoid', 'tanh', 'gelu', 'softmax'].map((type) => ({ type })),
          { type: 'polynomial', coefficients: [1] },
          { type: 'polynomial', coefficients: copies(32, 0.5) },
        ],
        [
          { type: 'polynomial' },
          { type: 'polynomial', coefficients: [] },
          { type: 'polynomial', coefficients: copies(33, 0.5) },
          { type: 'polynomial', coefficients: ['1'] },
          { type: 'polynomial', coefficients: [1], extra: 1 },
          { type: 'relu', extra: 1 },
          { type: 'RELU' },
          {},
          'relu',
          undefined,
        ],
      ),
    ]),
    field('sharing_parameters', [undefined], [null, {}]),
    field(
      'sharing_parameters.field_modulus',
      ['2305843009213693951'],
      ['2305843009213693952', '', 2 ** 61, undefined],
    ),
    field('sharing_parameters.schemes', [[], ['additive', 'shamir']], [['other'], 'additive', undefined]),
    field(
      'sharing_parameters.encodings',
      [[], ['field61', 'field61-packed', 'seed']],
      [['rlwe'], 'seed', undefined],
    ),
    field('sharing_parameters.max_parties', ...integers(2, 16)),
    field('encryption_parameters', [undefined, []], [null, encryptionParameters]),
    field('zero_rows', [undefined, [], [[]], [[0, 65_535], []]], [null, [0], [[-1]], [[65_536]], [[0.5]]]),
    ...nested('encryption_parameters.0', [
      field('tier', ...oneOf('circuit-private', 'public-model')),
      field('poly_modulus_degree', ...integers(1_024, 32_768)),
      field('coeff_modulus_bits', ...lists(30, 1, 16)),
      field('coeff_modulus_bits.0', [14, 30], [13, 31, 14.5]),
      field('coeff_moduli', ...lists(2 ** 30, 1, 16)),
      field('coeff_moduli.0', [2, 2 ** 30], [1, 2 ** 30 + 1, 2.5]),
      field('scale', [[], [0], [60]], [[-1], [61], 60, undefined]),
      field('max_multiplicative_depth', ...integers(0, 32)),
    ]),
    field('constraints.max_batch_size', ...integers(1, 4_096)),
    field('constraints.max_body_bytes', ...integers(1, 2 ** 31 - 1)),
  ]),
];

interface Case {
  readonly schema: { safeParse(value: unknown): { success: boolean } };
  readonly sample: object;
  readonly fields: readonly Field[];
  /** Objects that may hold nothing but their own members; the others may grow. */
  readonly strict?: readonly string[];
}

const cases: Record<string, Case> = {
  'an infer request': {
    schema: InferRequest,
    sample: request,
    fields: [
      field('api_version', ...alsoAbsent(apiVersion)),
      field('request_id', ...token(22, 64)),
      field('model_id', ...modelId),
      field('version', ...modelVersion),
      field('layer', ...integers(0, 1_023)),
      field('operation', ...alsoAbsent(oneOf('product', 'sketch'))),
      field('batch_size', ...integers(1, 4_096)),
      ...tensorFields('inputs'),
      field('sharing', [undefined], [null, {}, 'additive']),
      field('sharing.scheme', ...oneOf('additive', 'shamir')),
      field('sharing.parties', ...integers(2, 16)),
      field('sharing.party_id', ...integers(1, 16)),
      field('encryption', [undefined], [null, {}, 'ckks']),
      field('encryption.scheme', ...oneOf('ckks', 'bfv')),
      field('encryption.tier', ...oneOf('circuit-private', 'public-model')),
      field('encryption.key_id', ...alsoAbsent(digest)),
    ],
    strict: ['', 'inputs.0', 'inputs.1', 'sharing', 'encryption'],
  },
  'a completed answer': {
    schema: InferResponse,
    sample: completed,
    fields: [field('status', ['completed'], ['failed', undefined]), ...completedFields],
    strict: ['result.outputs.0'],
  },
  'a queued answer': {
    schema: InferResponse,
    sample: pending,
    fields: pendingFields,
  },
  'a completed job': { schema: JobResponse, sample: completed, fields: completedFields },
  'a queued job': { schema: JobResponse, sample: pending, fields: pendingFields },
  'a failed job': {
    schema: JobResponse,
    sample: { ...pending, status: 'failed', error: problem },
    fields: [
      field('api_version', ...apiVersion),
      field('status', ['failed'], ['lost', undefined]),
      field('job_id', ...token(22, 64)),
      ...nested('error', problemFields),
    ],
  },
  'a problem': { schema: Problem, sample: problem, fields: problemFields },
  'the models': {
    schema: ModelsResponse,
    sample: { api_version: 'v1', models: [model] },
    fields: modelFields,
    strict: [
      'models.0.inference',
      'models.0.inference.layers.0',
      'models.0.sharing_parameters',
      'models.0.encryption_parameters.0',
      'models.0.constraints',
    ],
  },
  'a registered key': {
    schema: KeyResponse,
    sample: { api_version: 'v1', key_id: DIGEST, byte_length: 1 },
    fields: [
      field('api_version', ...apiVersion),
      field('key_id', ...digest),
      field('byte_length', ...integers(0, 2 ** 31 - 1)),
    ],
  },
  'the keys required': {
    schema: KeysResponse,
    sample: {
      api_version: 'v1',
      required: [{ scheme: 'ckks', tier: 'circuit-private', kind: 'public_key', byte_length: 1 }],
    },
    fields: [
      field('api_version', ...apiVersion),
      field('required', [[]], [{}, [{}], undefined]),
      field('required.0.scheme', ...oneOf('ckks', 'bfv')),
      field('required.0.tier', ...oneOf('circuit-private', 'public-model')),
      field('required.0.kind', ...oneOf('public_key')),
      field('required.0.byte_length', ...integers(1, 2 ** 31 - 1)),
    ],
  },
  'a party': {
    schema: PartyResponse,
    sample: {
      api_version: 'v1',
      operator: 'A',
      boot_nonce: ID,
      public_key: 'A'.repeat(43),
      software: { name: 'sharemesh', version: '0.1.0' },
    },
    fields: [
      field('api_version', ...apiVersion),
      field('operator', ...textUpTo(128, 1)),
      field('boot_nonce', ...token(22, 22)),
      field('public_key', ...alsoAbsent(token(43, 43))),
      field('software', [], [null, undefined]),
      field('software.name', ...textUpTo(64)),
      field('software.version', ...textUpTo(64)),
    ],
  },
  health: {
    schema: HealthResponse,
    sample: { api_version: 'v1', status: 'ok' },
    fields: [field('api_version', ...apiVersion), field('status', ...oneOf('ok'))],
  },
};

describe.each(Object.entries(cases))('%s', (_, { schema, sample, fields, strict = [] }) => {
  const accepts = (value: unknown) => schema.safeParse(value).success;
  const parse = (path: string): Path =>
    path.split('.').map((name) => (/^\d+$/.test(name) ? Number(name) : name));

  test('is taken as it should be, with members of a later version where those may stand', () => {
    expect(accepts(sample)).toBe(true);
    if (!strict.includes('')) expect(accepts({ ...sample, later: 1 })).toBe(true);
    for (const other of [null, undefined, 7, 'text', [], [sample]]) expect(accepts(other)).toBe(false);
  });

  test.each(fields)('$path: its limits, and what is past them', ({ path, takes, refuses }) => {
    const put = (value: unknown) => withValue(sample, parse(path), value);
    expect(takes.filter((value) => !accepts(put(value)))).toEqual([]);
    expect(refuses.filter((value) => accepts(put(value)))).toEqual([]);
  });

  test.each(strict.map((path) => ({ path })))('“$path” holds nothing but its members', ({ path }) => {
    expect(accepts(withValue(sample, parse(path === '' ? 'extra' : `${path}.extra`), 1))).toBe(false);
  });
});
