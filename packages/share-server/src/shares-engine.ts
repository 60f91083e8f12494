import type { FieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { Refusal } from '@sharemesh/serving';
import type { AcceptContext, AcceptedWork, InferenceEngine } from '@sharemesh/serving';
import type { InferRequest, ModelInfo, Sharing, TensorData } from '@sharemesh/wire';
import { multiply, taskCost } from './compute/task.ts';
import type { MultiplyTask } from './compute/task.ts';
import type { Multiplier } from './compute/multiplier.ts';
import { decodeShare } from './decode-share.ts';
import type { DecodedShare } from './decode-share.ts';
import { modelInfo } from './model-info.ts';
import type { ModelLimits } from './model-info.ts';

export interface SharesEngineOptions {
  readonly kernels: FieldKernels;
  readonly bundles: readonly ModelBundle[];
  readonly limits: ModelLimits;
  /** Products of at most this many multiply-adds run on the event loop, the others elsewhere. */
  readonly inlineCost: number;
  readonly multiplier: Multiplier;
}

/**
 * y = W·x_i mod p on one party's share: what the party sees is uniform noise, what it answers too. And rᵀ·W for the
 * expansion r of a seed, by which clients without W check such answers of others.
 */
export class SharesEngine implements InferenceEngine {
  readonly models: readonly ModelInfo[];
  readonly concurrency: number;
  /** All but the bundles: once packed, the planes need not stay in memory. */
  readonly #options: Omit<SharesEngineOptions, 'bundles'>;
  /** Index of the first matrix of each model. */
  readonly #firstMatrix = new Map<ModelInfo, number>();

  constructor(options: SharesEngineOptions) {
    const { bundles, ...others } = options;
    const { limits, multiplier } = others;
    this.#options = others;
    this.concurrency = multiplier.concurrency;
    this.models = bundles.map((bundle) => modelInfo(bundle, limits));
    let next = 0;
    for (const model of this.models) {
      this.#firstMatrix.set(model, next);
      next += model.inference.layers.length;
    }
  }

  accept(request: InferRequest, inputs: readonly TensorData[], { model }: AcceptContext): AcceptedWork {
    const { kernels, multiplier, inlineCost } = this.#options;
    const { layer, batch_size: batch, operation = 'product' } = request;
    const { input_size, output_size } = model.inference.layers[layer]!;
    // a left vector has an element for each row of W
    const columns = operation === 'sketch' ? output_size : input_size;
    const sharing = checkSharing(request);
    const [input] = inputs;
    if (!input || inputs.length > 1) throw new Refusal('INVALID_REQUEST', 'inputs: one under sharing');

    if (operation === 'sketch') checkSketch(request, input);
    const decoded = decodeShare(kernels, input, batch * columns);
    const task: MultiplyTask = {
      matrix: this.#firstMatrix.get(model)! + layer,
      operation,
      batch,
      share: bind(decoded, { request, sharing, model, columns }),
    };
    const matrix = multiplier.matrix(task.matrix);
    const inline = taskCost(matrix, task) <= inlineCost;
    return {
      inline,
      run: inline
        ? () => [fieldTensor(multiply(kernels, matrix, task))]
        : async (signal) => [fieldTensor(await multiplier.multiply(task, signal))],
    };
  }

  async close(): Promise<void> {
    await this.#options.multiplier.close();
  }
}

/** The block that says how the input was split; the routes know it is there. */
function checkSharing({ sharing }: InferRequest): Sharing {
  if (!sharing || sharing.party_id > sharing.parties) {
    throw new Refusal('INVALID_REQUEST', 'sharing.party_id is between 1 and sharing.parties');
  }
  return sharing;
}

/** A sketch is of a seed's expansion and nothing else: r is then as secret as the seed, and uniform. */
function checkSketch({ batch_size }: InferRequest, { encoding }: TensorData): void {
  if (batch_size !== 1 || encoding !== 'seed') {
    throw new Refusal('INVALID_REQUEST', 'a sketch has a batch of one, and a seed for its input');
  }
}

interface Place {
  readonly request: InferRequest;
  readonly sharing: Sharing;
  readonly model: ModelInfo;
  /** Elements that a seed stands for, in each row of the batch. */
  readonly columns: number;
}

/** A seed stands for these elements in this place only: everything it is bound to goes with it. */
function bind(decoded: DecodedShare, { request, sharing, model, columns }: Place): MultiplyTask['share'] {
  if (decoded.kind === 'vector') return decoded;
  return {
    ...decoded,
    purpose: request.operation === 'sketch' ? 'sketch' : sharing.scheme,
    binding: {
      modelDigest: model.digest,
      layer: request.layer,
      requestId: request.request_id,
      parties: sharing.parties,
      partyId: sharing.party_id,
      batchSize: request.batch_size,
      columns,
    },
  };
}

const fieldTensor = (y: BigUint64Array): TensorData => ({
  encoding: 'field61',
  data: new Uint8Array(y.buffer, y.byteOffset, y.byteLength),
});
