import { ENVELOPE_BYTES } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import type { ModelBundle } from '@sharemesh/model';
import { P } from '@sharemesh/kernels/field';

export interface ModelLimits {
  readonly maxBatchSize: number;
  readonly maxBodyBytes: number;
}

/**
 * What GET /v1/models says of a bundle. A body may hold the largest batch of the widest layer in base64, the longer of
 * the two forms.
 */
export function modelInfo({ manifest, digest }: ModelBundle, limits: ModelLimits): ModelInfo {
  const { model_id, version, description, inference } = manifest;
  const widest = Math.max(...inference.layers.map((layer) => layer.input_size));
  const largest = Math.ceil((limits.maxBatchSize * widest * 8) / 3) * 4 + ENVELOPE_BYTES;
  return {
    model_id,
    version,
    description,
    scheme: 'shares',
    digest,
    inference,
    sharing_parameters: {
      field_modulus: String(P) as '2305843009213693951',
      schemes: ['additive', 'shamir'],
      encodings: ['field61', 'field61-packed', 'seed'],
      max_parties: 16,
    },
    constraints: {
      max_batch_size: limits.maxBatchSize,
      max_body_bytes: Math.min(largest, limits.maxBodyBytes),
    },
  };
}
