import * as z from 'zod/mini';
import {
  FIELD_MODULUS,
  MAX_BATCH,
  MAX_COEFFICIENTS,
  MAX_DIMENSION,
  MAX_LAYERS,
  MAX_MODELS,
  MAX_MODULI,
  MAX_PARTIES,
  MAX_TENSOR_BYTES,
  PLAIN_ACTIVATIONS,
  SCHEMES,
  SHARE_ENCODINGS,
  SHARING_SCHEMES,
  TIERS,
} from './rules.ts';
import { ApiVersion, Digest, Dimension, ModelId, ModelVersion, Real, count } from './primitives.ts';

/** An activation the client applies to the decoded outputs of a layer, in float64. */
export const Activation = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(PLAIN_ACTIVATIONS) }),
  z.strictObject({
    type: z.literal('polynomial'),
    /** Σ coefficients[k]·x^k. */
    coefficients: z.array(Real).check(z.minLength(1), z.maxLength(MAX_COEFFICIENTS)),
  }),
]);
export type Activation = z.infer<typeof Activation>;

/**
 * A dense layer: activation(diag(row_scales)·Wq·x + bias), Wq integer.
 *
 * `weight_bits` 14: |Wq| ≤ 8191, one int16 plane. 28: |Wq| < 2^27, two planes, Wq = plane0·2^14 + plane1.
 */
export const DenseLayer = z.strictObject({
  type: z.literal('dense'),
  input_size: Dimension,
  output_size: Dimension,
  weight_bits: z.union([z.literal(14), z.literal(28)]),
  row_scales: z.array(Real),
  bias: z.array(Real),
  /** L = max_i Σ_j |Wq_ij|: bounds every output of the layer, so that the client can rule out overflow. */
  max_row_sum: count(Number.MAX_SAFE_INTEGER),
  /** SHA-256 of the layer's planes: little-endian int16, plane by plane, row-major. */
  weights_digest: Digest,
  activation: Activation,
});
export type DenseLayer = z.infer<typeof DenseLayer>;

/** All that the client needs to use a model; with the weights' digests it is all that affects the answer. */
export const Inference = z.strictObject({
  input_size: Dimension,
  output_size: Dimension,
  layers: z.array(DenseLayer).check(z.minLength(1), z.maxLength(MAX_LAYERS)),
});
export type Inference = z.infer<typeof Inference>;

export const Scheme = z.enum(SCHEMES);
export type Scheme = z.infer<typeof Scheme>;

export const SharingParameters = z.strictObject({
  /** 2^61 − 1, in decimal. */
  field_modulus: z.literal(FIELD_MODULUS),
  schemes: z.array(z.enum(SHARING_SCHEMES)),
  encodings: z.array(z.enum(SHARE_ENCODINGS)),
  max_parties: count(MAX_PARTIES, 2),
});

/** One parameter set that the server computes with, for one tier of circuit privacy. */
export const EncryptionParameters = z.strictObject({
  tier: z.enum(TIERS),
  poly_modulus_degree: count(32_768, 1_024),
  coeff_modulus_bits: z.array(count(30, 14)).check(z.minLength(1), z.maxLength(MAX_MODULI)),
  /** The RNS primes themselves, below 2^30. */
  coeff_moduli: z.array(count(2 ** 30, 2)).check(z.minLength(1), z.maxLength(MAX_MODULI)),
  /** Bits of the scale (ckks) or of the plaintext modulus (bfv), per layer. */
  scale: z.array(count(60)),
  max_multiplicative_depth: count(32),
});
export type EncryptionParameters = z.infer<typeof EncryptionParameters>;

export const Constraints = z.strictObject({
  max_batch_size: count(MAX_BATCH, 1),
  max_body_bytes: count(MAX_TENSOR_BYTES, 1),
});

export const ModelInfo = z.object({
  model_id: ModelId,
  version: ModelVersion,
  description: z.string().check(z.maxLength(500)),
  scheme: Scheme,
  digest: Digest,
  inference: Inference,
  sharing_parameters: z.optional(SharingParameters),
  encryption_parameters: z.optional(z.array(EncryptionParameters)),
  /**
   * For each layer the rows whose weights are all zero, where there are any: under encryption their outputs are noise, and
   * the client takes 0. Not part of the digest: who serves a model can answer anything in these rows anyway.
   */
  zero_rows: z.optional(z.array(z.array(count(MAX_DIMENSION - 1))).check(z.maxLength(MAX_LAYERS))),
  constraints: Constraints,
});
export type ModelInfo = z.infer<typeof ModelInfo>;

export const ModelsResponse = z.object({
  api_version: ApiVersion,
  models: z.array(ModelInfo).check(z.maxLength(MAX_MODELS)),
});
export type ModelsResponse = z.infer<typeof ModelsResponse>;
