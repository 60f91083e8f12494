import * as z from 'zod/mini';
import {
  ApiVersion,
  BatchSize,
  Digest,
  JobId,
  LayerIndex,
  ModelId,
  ModelVersion,
  RequestId,
  count,
} from './primitives.ts';
import { ENCRYPTION_SCHEMES, MAX_PARTIES, MAX_TENSORS, OPERATIONS, SHARING_SCHEMES, TIERS } from './rules.ts';
import { Tensor } from './tensor.ts';
import { Problem } from './problem.ts';

/** How the input was split. The party needs none of it but its own number, which binds a seed to it. */
export const Sharing = z.strictObject({
  scheme: z.enum(SHARING_SCHEMES),
  parties: count(MAX_PARTIES, 2),
  /** 1 … parties; under Shamir, the point at which the polynomial was evaluated. */
  party_id: count(MAX_PARTIES, 1),
});
export type Sharing = z.infer<typeof Sharing>;

/** What the ciphertexts were made with; the server refuses anything but its own parameters. */
export const Encryption = z.strictObject({
  scheme: z.enum(ENCRYPTION_SCHEMES),
  tier: z.enum(TIERS),
  /** The registered key the reply is re-randomised under; the public-model tier needs none. */
  key_id: z.optional(Digest),
});
export type Encryption = z.infer<typeof Encryption>;

/**
 * What the party is asked to compute of a layer.
 *
 * - `product`: W·x, for each row of the batch.
 * - `sketch`: rᵀ·W of a seed's expansion r, one element for each column: what clients without W check replies with.
 */
export const Operation = z.enum(OPERATIONS);
export type Operation = z.infer<typeof Operation>;

/** W·x for one layer and a batch of rows. Exactly one of `sharing` and `encryption` is present. */
export const InferRequest = z.strictObject({
  api_version: z.optional(ApiVersion),
  request_id: RequestId,
  model_id: ModelId,
  version: ModelVersion,
  layer: LayerIndex,
  /** Absent: `product`. A sketch has a batch of one, a seed for input, and `sharing`. */
  operation: z.optional(Operation),
  batch_size: BatchSize,
  inputs: z.array(Tensor).check(z.minLength(1), z.maxLength(MAX_TENSORS)),
  sharing: z.optional(Sharing),
  encryption: z.optional(Encryption),
});
export type InferRequest = z.infer<typeof InferRequest>;

export const InferResult = z.object({
  request_id: RequestId,
  model_digest: Digest,
  layer: LayerIndex,
  batch_size: BatchSize,
  outputs: z.array(Tensor).check(z.minLength(1), z.maxLength(MAX_TENSORS)),
});
export type InferResult = z.infer<typeof InferResult>;

export const CompletedJob = z.object({
  api_version: ApiVersion,
  status: z.literal('completed'),
  job_id: JobId,
  result: InferResult,
});
export type CompletedJob = z.infer<typeof CompletedJob>;

export const PendingJob = z.object({
  api_version: ApiVersion,
  status: z.enum(['queued', 'running']),
  job_id: JobId,
});
export type PendingJob = z.infer<typeof PendingJob>;

export const FailedJob = z.object({
  api_version: ApiVersion,
  status: z.literal('failed'),
  job_id: JobId,
  error: Problem,
});

/** The answer to POST /v1/infer: completed (200) or queued (202). */
export const InferResponse = z.discriminatedUnion('status', [CompletedJob, PendingJob]);
export type InferResponse = z.infer<typeof InferResponse>;

/** The answer to GET /v1/jobs/{job_id}. Status only moves forward; a result never changes. */
export const JobResponse = z.discriminatedUnion('status', [CompletedJob, PendingJob, FailedJob]);
export type JobResponse = z.infer<typeof JobResponse>;
