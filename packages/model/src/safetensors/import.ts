import { createBundle } from '../bundle.ts';
import type { ModelBundle } from '../bundle.ts';
import { invalidModel } from '../invalid-model.ts';
import type { FloatLayer } from '../layers.ts';
import type { WeightBits } from '../quantize.ts';
import { parseSafetensors } from './parse.ts';
import { preflight } from './preflight.ts';
import type { ActivationChoice, PreflightReport } from './preflight.ts';

export interface ImportOptions extends ActivationChoice {
  readonly modelId: string;
  readonly version: string;
  readonly description?: string;
  readonly weightBits: WeightBits;
}

export interface ImportedModel {
  readonly bundle: ModelBundle;
  /** The layers before quantisation, for `quantizationReport`. */
  readonly layers: readonly FloatLayer[];
  readonly report: PreflightReport;
}

/**
 * Make a bundle from the bytes of a safetensors file.
 * @throws MeshError INVALID_MODEL when the file is broken, or with the first finding of `preflight`
 */
export function importSafetensors(bytes: Uint8Array, options: ImportOptions): ImportedModel {
  const report = preflight(parseSafetensors(bytes), options);
  if (!report.supported) {
    const layer = report.layers.find(({ problems }) => problems.length > 0);
    const reason = report.problems[0] ?? `${layer?.name}: ${layer?.problems[0]}`;
    throw invalidModel('safetensors', reason);
  }
  const { modelId, version, description, weightBits } = options;
  const bundle = createBundle({
    modelId,
    version,
    weightBits,
    layers: report.model,
    ...(description === undefined ? {} : { description }),
  });
  return { bundle, layers: report.model, report };
}
