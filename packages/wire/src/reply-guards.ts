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
} from './guards.ts';
import type { InferResponse, JobResponse } from './infer.ts';
import type { ModelInfo, ModelsResponse } from './models.ts';
import type { PartyResponse } from './party.ts';
import type { Problem } from './problem.ts';
import {
  BOOT_NONCE,
  DIGEST,
  FIELD_MODULUS,
  JOB_ID,
  MAX_BATCH,
  MAX_COEFFICIENTS,
  MAX_DIMENSION,
  MAX_LAYERS,
  MAX_MODELS,
  MAX_MODULI,
  MAX_PARTIES,
  MAX_TENSORS,
  MAX_TENSOR_BYTES,
  MODEL_ID,
  MODEL_VERSION,
  PLAIN_ACTIVATIONS,
  PROBLEM_CODE,
  PUBLIC_KEY,
  REQUEST_ID,
  SCHEMES,
  SHARE_ENCODINGS,
  SHARING_SCHEMES,
  TENSOR_ENCODINGS,
  TIERS,
} from './rules.ts';
import type { Tensor } from './tensor.ts';
import { API_VERSION } from './version.ts';

/*
 * The schemas of what servers answer, once more without zod, which is too large for the client in a browser.
 * test/reply-guards.test.ts holds each of these against the schema it stands for, so that the two cannot drift apart.
 */

const apiVersion = literal(API_VERSION);
const digest = text(DIGEST);
const dimension = count(MAX_DIMENSION, 1);
const encoding = literal(...TENSOR_ENCODINGS);

export const isTensor = either<Tensor>(
  exactObject({ encoding, byte_length: count(MAX_TENSOR_BYTES) }),
  exactObject({ encoding, payload: textUpTo(MAX_TENSOR_BYTES) }),
);

const activation = either(
  exactObject({ type: literal(...PLAIN_ACTIVATIONS) }),
  exactObject({ type: literal('polynomial'), coefficients: list(real, MAX_COEFFICIENTS, 1) }),
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
  tier: literal(...TIERS),
  poly_modulus_degree: count(32_768, 1_024),
  coeff_modulus_bits: list(count(30, 14), MAX_MODULI, 1),
  coeff_moduli: list(count(2 ** 30, 2), MAX_MODULI, 1),
  scale: list(count(60)),
  max_multiplicative_depth: count(32),
});

const model = object<ModelInfo>({
  model_id: text(MODEL_ID),
  version: text(MODEL_VERSION),
  description: textUpTo(500),
  scheme: literal(...SCHEMES),
  digest,
  inference: exactObject({
    input_size: dimension,
    output_size: dimension,
    layers: list(layer, MAX_LAYERS, 1),
  }),
  sharing_parameters: optional(
    exactObject({
      field_modulus: literal(FIELD_MODULUS),
      schemes: list(literal(...SHARING_SCHEMES)),
      encodings: list(literal(...SHARE_ENCODINGS)),
      max_parties: count(MAX_PARTIES, 2),
    }),
  ),
  encryption_parameters: optional(list(encryptionParameters)),
  zero_rows: optional(list(list(count(MAX_DIMENSION - 1)), MAX_LAYERS)),
  constraints: exactObject({
    max_batch_size: count(MAX_BATCH, 1),
    max_body_bytes: count(MAX_TENSOR_BYTES, 1),
  }),
});

export const isModelsResponse = object<ModelsResponse>({
  api_version: apiVersion,
  models: list(model, MAX_MODELS),
});

export const isPartyResponse = object<PartyResponse>({
  api_version: apiVersion,
  operator: textUpTo(128, 1),
  boot_nonce: text(BOOT_NONCE),
  public_key: optional(text(PUBLIC_KEY)),
  software: object({ name: textUpTo(64), version: textUpTo(64) }),
});

export const isProblem = object<Problem>({
  api_version: apiVersion,
  type: textUpTo(128),
  title: textUpTo(128),
  status: count(599, 400),
  code: text(PROBLEM_CODE),
  retryable: boolean,
  detail: optional(textUpTo(512)),
  request_id: optional(text(REQUEST_ID)),
});

const result = object({
  request_id: text(REQUEST_ID),
  model_digest: digest,
  layer: count(MAX_LAYERS - 1),
  batch_size: count(MAX_BATCH, 1),
  outputs: list(isTensor, MAX_TENSORS, 1),
});

const completed = { api_version: apiVersion, status: literal('completed'), job_id: text(JOB_ID), result };
const pending = { api_version: apiVersion, status: literal('queued', 'running'), job_id: text(JOB_ID) };
const failed = { api_version: apiVersion, status: literal('failed'), job_id: text(JOB_ID), error: isProblem };

export const isInferResponse = either<InferResponse>(object(completed), object(pending));
export const isJobResponse = either<JobResponse>(isInferResponse, object(failed));
