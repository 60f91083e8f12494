import type { FieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import type { AcceptContext, AcceptedWork, InferenceEngine } from '@sharemesh/serving';
import { computeTask, readTask } from '@sharemesh/shares/party';
import type { InferRequest, ModelInfo, TensorData } from '@sharemesh/wire';
import { taskCost } from './compute/task.ts';
import type { MultiplyTask } from './compute/task.ts';
import type { Multiplier } from './compute/multiplier.ts';
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
    const task: MultiplyTask = {
      matrix: this.#firstMatrix.get(model)! + request.layer,
      ...readTask(kernels, request, inputs, model),
    };
    const matrix = multiplier.matrix(task.matrix);
    const inline = taskCost(matrix, task) <= inlineCost;
    return {
      inline,
      run: inline
        ? () => [fieldTensor(computeTask(kernels, matrix, task))]
        : async (signal) => [fieldTensor(await multiplier.multiply(task, signal))],
    };
  }

  async close(): Promise<void> {
    await this.#options.multiplier.close();
  }
}

const fieldTensor = (y: BigUint64Array): TensorData => ({
  encoding: 'field61',
  data: new Uint8Array(y.buffer, y.byteOffset, y.byteLength),
});
