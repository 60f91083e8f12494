import type {
  InferResponse,
  JobResponse,
  ModelInfo,
  ModelsResponse,
  PartyResponse,
  Problem,
  Tensor,
} from '@sharemesh/wire';
import {
  boolean,
  count,
  either,
  exactObject,
  list,
  literal,
  object,
  optional,
  real,
  text,
  textUpTo,
} from '@sharemesh/wire/guards';

/*
 * The wire's schemas of what servers answer, once more without zod. test/replies.test.ts holds each of these against
 * the schema it stands for, so that the two cannot drift apart.
 */

const apiVersion = literal('v1');
const digest = text(/^sha256:[0-9a-f]{64}$/);
const id = text(/^[A-Za-z0-9_-]{22,64}$/);
const dimension = count(65_536, 1);
const encoding = literal('field61', 'field61-packed', 'seed', 'rlwe');
const MAX_BYTES = 2 ** 31 - 1;

const tensor = either<Tensor>(
  exactObject({ encoding, byte_length: count(MAX_BYTES) }),
  exactObject({ encoding, payload: textUpTo(MAX_BYTES) }),
);

const activation = either(
  exactObject({ type: literal('identity', 'relu', 'square', 'sigmoid', 'tanh', 'gelu', 'softmax') }),
  exactObject({ type: literal('polynomial'), coefficients: list(real, 32, 1) }),
);

const layer = exactObject({
  type: literal('dense'),
  input_size: dimension,
  output_size: dimension,
  weight_bits: literal(14, 28),
  row_scales: list(real),
  bias: list(real),
  max_row_sum: count(Number.MAX_SAFE_INTEGER),
  weights_digest: digest,
  activation,
});

const encryptionParameters = exactObject({
  tier: literal('circuit-private', 'public-model'),
  poly_modulus_degree: count(32_768, 1_024),
  coeff_modulus_bits: list(count(30, 14), 16, 1),
  coeff_moduli: list(count(2 ** 30, 2), 16, 1),
  scale: list(count(60)),
  max_multiplicative_depth: count(32),
});

const model = object<ModelInfo>({
  model_id: text(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
  description: textUpTo(500),
  scheme: literal('shares', 'ckks', 'bfv'),
  digest,
  inference: exactObject({ input_size: dimension, output_size: dimension, layers: list(layer, 1_024, 1) }),
  sharing_parameters: optional(
    exactObject({
      field_modulus: literal('2305843009213693951'),
      schemes: list(literal('additive', 'shamir')),
      encodings: list(literal('field61', 'field61-packed', 'seed')),
      max_parties: count(16, 2),
    }),
  ),
  encryption_parameters: optional(list(encryptionParameters)),
  constraints: exactObject({ max_batch_size: count(4_096, 1), max_body_bytes: count(MAX_BYTES, 1) }),
});

export const isModelsResponse = object<ModelsResponse>({
  api_version: apiVersion,
  models: list(model, 1_024),
});

export const isPartyResponse = object<PartyResponse>({
  api_version: apiVersion,
  operator: textUpTo(128, 1),
  boot_nonce: text(/^[A-Za-z0-9_-]{22}$/),
  public_key: optional(text(/^[A-Za-z0-9_-]{43}$/)),
  software: object({ name: textUpTo(64), version: textUpTo(64) }),
});

export const isProblem = object<Problem>({
  api_version: apiVersion,
  type: textUpTo(128),
  title: textUpTo(128),
  status: count(599, 400),
  code: text(/^[A-Z][A-Z0-9_]{2,63}$/),
  retryable: boolean,
  detail: optional(textUpTo(512)),
  request_id: optional(id),
});

const result = object({
  request_id: id,
  model_digest: digest,
  layer: count(1_023),
  batch_size: count(4_096, 1),
  outputs: list(tensor, 4_096, 1),
});

const completed = { api_version: apiVersion, status: literal('completed'), job_id: id, result };
const pending = { api_version: apiVersion, status: literal('queued', 'running'), job_id: id };
const failed = { api_version: apiVersion, status: literal('failed'), job_id: id, error: isProblem };

export const isInferResponse = either<InferResponse>(object(completed), object(pending));
export const isJobResponse = either<JobResponse>(object(completed), object(pending), object(failed));
