import type { FieldVector } from '@sharemesh/kernels/field';
import { createDeeds } from '@sharemesh/kernels/field/threads';
import type { SharedFieldKernels } from '@sharemesh/kernels/field/threads';
import type { ModelBundle } from '@sharemesh/model';
import { WorkerPool, threadModule } from '@sharemesh/serving/node';
import type { Multiplier } from './multiplier.ts';
import { packBundles } from './pack-bundles.ts';
import type { MultiplyTask } from './task.ts';
import type { SharedMatrices } from './worker.ts';

export interface WorkerMultiplierOptions {
  readonly kernels: SharedFieldKernels;
  readonly bundles: readonly ModelBundle[];
  readonly workers: number;
  /** Called when a worker died and is replaced, with its error if it had one. */
  readonly onCrash?: (cause: unknown) => void;
}

export interface WorkerMultiplier extends Multiplier {
  /** Thread ids of the workers that are alive. */
  readonly threads: readonly number[];
  /** End a worker as a crash would, a busy one if there is any. */
  endOne(): Promise<void>;
}

/** Products in threads of their own, so that the event loop stays free to answer. All share the packed weights. */
export function workerMultiplier(options: WorkerMultiplierOptions): WorkerMultiplier {
  const { kernels, bundles, workers, onCrash } = options;
  const matrices = packBundles(kernels, bundles);
  const workerData: SharedMatrices = { store: kernels.store, matrices };
  const pool = new WorkerPool<MultiplyTask, FieldVector>({
    module: threadModule('worker', import.meta.url),
    size: workers,
    workerData,
    own: createDeeds,
    ...(onCrash && { onCrash }),
  });
  return {
    concurrency: workers,
    matrix: (index) => matrices[index]!,
    multiply: (task, signal) => pool.run(withOwnMemory(task), signal),
    close: () => pool.close(),
    endOne: () => pool.endOne(),
    get threads() {
      return pool.threads;
    },
  };
}

/** Posting a view copies all the memory it looks at: a short share in a large buffer is copied out first. */
function withOwnMemory(task: MultiplyTask): MultiplyTask {
  const { share } = task;
  if (share.kind !== 'vector' || share.x.byteLength * 2 > share.x.buffer.byteLength) return task;
  return { ...task, share: { kind: 'vector', x: share.x.slice() } };
}
