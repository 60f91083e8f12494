import { Inference, ModelId, ModelVersion } from '@sharemesh/wire';
import * as z from 'zod/mini';
import { MODEL_FORMAT, digestOf } from './digest.ts';
import { checkInference } from './inference.ts';
import { invalidModel } from './invalid-model.ts';

/** model.json: all of a model but the weights themselves, which it names by their digests. */
export const Manifest = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  model_id: ModelId,
  version: ModelVersion,
  /** For people; the only field that the digest leaves out. */
  description: z.string().check(z.maxLength(500)),
  inference: Inference,
});
export type Manifest = z.infer<typeof Manifest>;

/**
 * A manifest from data that nobody has checked yet.
 * @throws MeshError INVALID_MODEL naming the first field that does not fit
 */
export function parseManifest(value: unknown): Manifest {
  const parsed = Manifest.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidModel(
      'manifest',
      `${issue?.path.join('.') || 'the object'} does not fit the schema (${issue?.code})`,
    );
  }
  checkInference(parsed.data.inference);
  return parsed.data;
}

/** The model's digest: see `digestOf`. */
export function modelDigest(manifest: Manifest): string {
  return digestOf(manifest);
}
