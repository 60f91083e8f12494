import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@sharemesh/client/node';
import type { InferenceReport } from '@sharemesh/client';
import { saveBundle } from '@sharemesh/model/node';
import { referenceInfer } from '@sharemesh/model/reference';
import { startParties } from 'sharemesh';
import { FEATURES } from './data.ts';
import type { DiagnosisModel } from './train.ts';

export interface Diagnoses {
  /** Probability that the tumour is malignant, for each held-out patient: computed privately, and in the clear. */
  readonly secret: Float64Array;
  readonly clear: Float64Array;
  readonly report: InferenceReport;
}

/** Diagnose the held-out patients through `parties` server processes that see only shares of their measurements. */
export async function diagnosePrivately(
  { bundle, layers, heldOut }: DiagnosisModel,
  parties: number,
): Promise<Diagnoses> {
  const folder = await mkdtemp(join(tmpdir(), 'sharemesh-diagnosis-'));
  try {
    await saveBundle(folder, bundle);
    const servers = await startParties({ parties, models: [folder] });
    try {
      const client = await connect({
        parties: servers.urls,
        model: { id: 'diagnosis', digest: bundle.digest },
        // all of them run on this machine, for show
        allowColocated: true,
      });
      const patients = Array.from({ length: heldOut.count }, (_, k) =>
        heldOut.features.subarray(k * FEATURES, (k + 1) * FEATURES),
      );
      const { outputs, report } = await client.inferBatch(patients);
      await client.close();
      const secret = Float64Array.from(outputs, (output) => output[0]!);
      return { secret, clear: referenceInfer(layers, heldOut.features).outputs, report };
    } finally {
      await servers.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Counts by what is true (row) and what was said (column): benign, malignant. */
export type ConfusionMatrix = readonly [readonly [number, number], readonly [number, number]];

export const isMalignant = (probability: number): boolean => probability > 0.5;

export function confusionMatrix(probabilities: Float64Array, labels: Uint8Array): ConfusionMatrix {
  const counts: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  labels.forEach((label, k) => counts[label === 1 ? 1 : 0][isMalignant(probabilities[k]!) ? 1 : 0]++);
  return counts;
}
