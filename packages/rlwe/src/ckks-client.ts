import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import { MeshError } from '@sharemesh/wire/errors';
import { planBinding, ringBinding } from './codec/binding.ts';
import { Kind } from './codec/header.ts';
import { replyBytes } from './codec/reply.ts';
import { encodeSeeded, seededBytes } from './codec/seeded.ts';
import { decryptLayer } from './linear/decrypt-layer.ts';
import { choosePrecision, encryptLayer } from './linear/encrypt-layer.ts';
import type { InputPrecision } from './linear/encrypt-layer.ts';
import { groupCount, inputCount, replyBlocks } from './linear/groups.ts';
import { planModel } from './linear/layer-plan.ts';
import type { LayerInfo, LayerPlan } from './linear/layer-plan.ts';
import { generatePublicKey } from './encryption/encrypt.ts';
import type { Tier } from './ring/parameters.ts';
import { Ring } from './ring/ring.ts';
import { generateSecretKey } from './encryption/secret-key.ts';
import type { SchemeName } from './schemes/index.ts';

/** A layer as the client knows it: its shape and the scale of each row. */
export interface ClientLayer extends LayerInfo {
  /** `rows` factors: the layer is diag(rowScales)·W·x. */
  readonly rowScales: Float64Array;
}

export interface CkksClientOptions {
  readonly layers: readonly ClientLayer[];
  /** Default ckks. */
  readonly scheme?: SchemeName;
  /** Default circuit-private. `public-model` is for weights that are public anyway: its replies give them away. */
  readonly tier?: Tier;
  /** Those of an earlier client for the same layers, scheme and tier: what is public is then not planned again. */
  readonly plans?: readonly LayerPlan[];
}

/** The payloads of a layer, and what is needed to decrypt the replies. */
export interface EncryptedBatch {
  readonly payloads: readonly Uint8Array[];
  readonly batch: number;
  readonly precision: InputPrecision;
  /** Exact lengths of the replies, in their order. */
  readonly replyBytes: readonly number[];
}

export interface MessageSize {
  readonly payloads: number;
  readonly replies: number;
  readonly byteLength: number;
}

/** The client's side: the only holder of the secret key. One to a server and session. */
export interface CkksClient {
  readonly plans: readonly LayerPlan[];
  /** How many payloads and replies a batch has, and the payloads' bytes together. */
  messageSize(layer: number, batch: number): MessageSize;
  /** To be registered before the first request; undefined where the tier needs none. */
  readonly publicKey: Uint8Array | undefined;

  /**
   * @param x batch × columns, row-major
   * @throws MeshError INPUT_OUT_OF_RANGE, DIMENSION_MISMATCH
   */
  encryptLayer(layer: number, x: Float64Array): EncryptedBatch;

  /**
   * @returns batch × rows, row-major: diag(rowScales)·W·x
   * @throws MeshError when a reply is not well-formed
   */
  decryptLayer(layer: number, sent: EncryptedBatch, replies: readonly Uint8Array[]): Float64Array;

  /** Wipe the keys. The client is unusable afterwards; calling it twice does nothing. */
  close(): void;
}

/**
 * Generate keys for a model.
 * @throws MeshError PARAMETER_MISMATCH when no parameter set holds the model exactly enough
 */
export async function createCkksClient({
  layers,
  scheme = 'ckks',
  tier = 'circuit-private',
  plans = planModel(layers, scheme, tier),
}: CkksClientOptions): Promise<CkksClient> {
  const kernels = await loadRlweKernels();
  const start = kernels.mark();
  const ring = new Ring(kernels, plans[0]!.parameters);
  const bindings = plans.map((plan) => planBinding(kernels, plan));
  const key = generateSecretKey(ring);
  const publicKey =
    tier === 'public-model'
      ? undefined
      : ring.scratch(() => {
          const p0 = ring.allocate();
          const seed = generatePublicKey(ring, key, p0);
          return encodeSeeded(ring, Kind.publicKey, ringBinding(kernels, ring.parameters), seed, p0);
        });

  let closed = false;
  const open = (layer: number) => {
    if (closed) throw new MeshError('CLOSED', 'the client is closed');
    const plan = plans[layer];
    if (!plan) throw new MeshError('UNKNOWN_LAYER', `the model has ${plans.length} layers, counted from 0`);
    return { plan, binding: bindings[layer]! };
  };

  return {
    plans,
    publicKey,
    messageSize(layer, batch) {
      const { shape, parameters } = open(layer).plan;
      const payloads = inputCount(shape, batch);
      const replies = groupCount(shape, batch) * shape.rowBlocks;
      return { payloads, replies, byteLength: payloads * seededBytes(parameters) };
    },
    encryptLayer(layer, x) {
      const { plan, binding } = open(layer);
      const batch = x.length / plan.layer.columns;
      if (!Number.isInteger(batch) || batch < 1) {
        throw new MeshError('DIMENSION_MISMATCH', `the layer takes rows of ${plan.layer.columns} values`);
      }
      const precision = choosePrecision(plan, x);
      return {
        payloads: encryptLayer(ring, key, plan, binding, x, precision),
        batch,
        precision,
        replyBytes: replyBlocks(plan.shape, plan.layer.rows, batch).map(({ inputs, rows }) =>
          replyBytes(plan, inputs * rows),
        ),
      };
    },
    decryptLayer(layer, { batch, precision }, replies) {
      const { plan, binding } = open(layer);
      const y = decryptLayer(ring, key, plan, binding, replies, batch, precision.fractionBits);
      const { rowScales } = layers[layer]!;
      for (let i = 0; i < y.length; i++) y[i]! *= rowScales[i % rowScales.length]!;
      return y;
    },
    close() {
      if (closed) return;
      closed = true;
      kernels.release(start);
    },
  };
}
