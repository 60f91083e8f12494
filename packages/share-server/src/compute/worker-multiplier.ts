import type { FieldKernels, FieldVector, PackedMatrix } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { WorkerPool, threadModule } from '@sharemesh/serving/node';
import type { Multiplier } from './multiplier.ts';
import { packBundles } from './pack-bundles.ts';
import type { MultiplyTask } from './task.ts';
import type { MatrixSource } from './worker.ts';

export interface WorkerMultiplierOptions {
  readonly kernels: FieldKernels;
  readonly bundles: readonly ModelBundle[];
  readonly workers: number;
  readonly onCrash?: (cause: unknown) => void;
}

/** Products in threads of their own, so that the event loop stays free to answer. */
export function workerMultiplier(
  options: WorkerMultiplierOptions,
): Multiplier & { readonly threads: number[] } {
  const { kernels, bundles, workers, onCrash } = options;
  const matrices: PackedMatrix[] = packBundles(kernels, bundles);
  const pool = new WorkerPool<MultiplyTask, FieldVector>({
    module: threadModule('worker', import.meta.url),
    size: workers,
    workerData: sources(bundles),
    ...(onCrash && { onCrash }),
  });
  return {
    concurrency: workers,
    matrix: (index) => matrices[index]!,
    multiply: (task, signal) => pool.run(task, signal),
    close: () => pool.close(),
    get threads() {
      return pool.threads;
    },
  };
}

const sources = (bundles: readonly ModelBundle[]): MatrixSource[] =>
  bundles.flatMap(({ manifest, planes }) =>
    manifest.inference.layers.map((layer, index) => ({
      planes: planes[index]!.map(shared),
      rows: layer.output_size,
      columns: layer.input_size,
    })),
  );

/** One copy that all threads see. */
function shared(plane: Int16Array): Int16Array {
  const copy = new Int16Array(new SharedArrayBuffer(plane.byteLength));
  copy.set(plane);
  return copy;
}
