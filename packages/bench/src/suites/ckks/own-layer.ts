import { createCkksClient, createEvaluator, encodeLayers, layerInfo } from '@sharemesh/rlwe';
import type { EncryptedBatch, Tier } from '@sharemesh/rlwe';
import { createBundle } from '@sharemesh/model';
import type { FloatLayer } from '@sharemesh/model';

/** W·x under encryption by this project, in one process: all that client and server do, but for HTTP. */
export interface OwnLayer {
  encrypt(x: Float64Array): void;
  /** Checks of the request and packing of the reply included. */
  evaluate(): void;
  /** @returns W·x */
  decrypt(): Float64Array;
  close(): void;
}

export async function openOwnLayer(layer: FloatLayer, tier: Tier): Promise<OwnLayer> {
  const { manifest, planes } = createBundle({
    modelId: 'layer',
    version: '1',
    weightBits: 14,
    layers: [layer],
  });
  const layers = manifest.inference.layers.map((dense) => ({
    ...layerInfo(dense),
    rowScales: Float64Array.from(dense.row_scales),
  }));
  const client = await createCkksClient({ layers, tier });
  const evaluator = await createEvaluator(
    await encodeLayers([{ plan: client.plans[0]!, planes: planes[0]! }]),
  );
  const key = client.publicKey && evaluator.expandKey(client.publicKey);
  let sent: EncryptedBatch;
  let replies: Uint8Array[];
  return {
    encrypt: (x) => void (sent = client.encryptLayer(0, x)),
    evaluate: () => void (replies = evaluator.evaluate(0, sent.payloads, 1, key)),
    decrypt: () => client.decryptLayer(0, sent, replies),
    close: () => client.close(),
  };
}
