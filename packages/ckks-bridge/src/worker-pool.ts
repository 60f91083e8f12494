import { WorkerPool, threadModule } from '@sharemesh/serving/node';
import type { EvaluatorLayer } from '@sharemesh/rlwe';
import type { EvaluationPool, EvaluationTask } from './evaluation.ts';

export interface WorkerEvaluationOptions {
  /** The layers of each evaluator. */
  readonly models: readonly (readonly EvaluatorLayer[])[];
  readonly workers: number;
  /** Called when a worker died and is replaced, with its error if it had one. */
  readonly onCrash?: (cause: unknown) => void;
}

/** Evaluation in threads of their own, so that the event loop stays free to answer. They share the weights. */
export function workerPool({ models, workers, onCrash }: WorkerEvaluationOptions): EvaluationPool {
  const pool = new WorkerPool<EvaluationTask, Uint8Array[]>({
    module: threadModule('worker', import.meta.url),
    size: workers,
    workerData: models,
    ...(onCrash && { onCrash }),
  });
  return {
    concurrency: workers,
    run: (task, signal) => pool.run(task, signal),
    close: () => pool.close(),
  };
}
