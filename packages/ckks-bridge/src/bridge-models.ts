import { zeroRows } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import { ENVELOPE_BYTES, TENSOR_DESCRIPTION_BYTES } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import { describePlans, inputCount, layerInfo, planModel, seededBytes } from '@sharemesh/rlwe';
import type { LayerPlan, SchemeName, Tier } from '@sharemesh/rlwe';

export interface BridgeLimits {
  readonly maxBatchSize: number;
  readonly maxBodyBytes: number;
}

/** A model under one scheme, and how it is computed in each tier that is offered. */
export interface BridgeModel {
  readonly info: ModelInfo;
  readonly bundle: ModelBundle;
  readonly tiers: ReadonlyMap<Tier, readonly LayerPlan[]>;
}

/**
 * What GET /v1/models says of a bundle under one scheme.
 * @throws MeshError PARAMETER_MISMATCH when the model does not fit the scheme
 */
export function bridgeModel(
  bundle: ModelBundle,
  scheme: SchemeName,
  tiers: readonly Tier[],
  limits: BridgeLimits,
): BridgeModel {
  const { manifest, digest } = bundle;
  const { model_id, version, description, inference } = manifest;
  const layers = inference.layers.map(layerInfo);
  const plans = new Map(tiers.map((tier) => [tier, planModel(layers, scheme, tier)]));
  const largest = Math.max(...[...plans.values()].flat().map((plan) => bodyBytes(plan, limits.maxBatchSize)));
  const zeros = inference.layers.map((layer, i) => zeroRows(bundle.planes[i]!, layer.input_size));
  const info: ModelInfo = {
    model_id,
    version,
    description,
    scheme,
    digest,
    inference,
    encryption_parameters: [...plans.values()].map(describePlans),
    ...(zeros.some((rows) => rows.length > 0) && { zero_rows: zeros }),
    constraints: {
      max_batch_size: limits.maxBatchSize,
      max_body_bytes: Math.min(largest, limits.maxBodyBytes),
    },
  };
  return { info, bundle, tiers: plans };
}

/** A request of the largest batch in base64, the longer of the two forms. */
function bodyBytes({ shape, parameters }: LayerPlan, batch: number): number {
  const payload = Math.ceil(seededBytes(parameters) / 3) * 4 + TENSOR_DESCRIPTION_BYTES;
  return inputCount(shape, batch) * payload + ENVELOPE_BYTES;
}
