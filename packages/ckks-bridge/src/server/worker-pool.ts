import { WorkerPool, threadModule } from '@sharemesh/serving/node';
import type { EvaluatorLayer } from '../evaluator.ts';
import type { EvaluationPool, EvaluationTask } from './evaluation.ts';

export interface WorkerEvaluationOptions {
  /** The layers of each evaluator. */
  readonly models: readonly (readonly EvaluatorLayer[])[];
  readonly workers: number;
  /** Called when a worker died and is replaced, with its error if it had one. */
  readonly onCrash?: (cause: unknown) => void;
}

/** Evaluation in threads of their own, so that the event loop stays free to answer. Each encodes the weights once. */
export function workerPool({ models, workers, onCrash }: WorkerEvaluationOptions): EvaluationPool {
  const pool = new WorkerPool<EvaluationTask, Uint8Array[]>({
    module: threadModule('worker', import.meta.url),
    size: workers,
    workerData: models.map((layers) => layers.map(share)),
    ...(onCrash && { onCrash }),
  });
  return {
    concurrency: workers,
    run: (task, signal) => pool.run(task, signal),
    close: () => pool.close(),
  };
}

/** The planes in memory that all threads see, rather than a copy for each. */
function share({ plan, planes }: EvaluatorLayer): EvaluatorLayer {
  return {
    plan,
    planes: planes?.map((plane) => {
      const shared = new Int16Array(new SharedArrayBuffer(plane.byteLength));
      shared.set(plane);
      return shared;
    }),
  };
}
