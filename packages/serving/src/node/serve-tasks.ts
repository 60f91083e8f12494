import { parentPort, workerData } from 'node:worker_threads';
import type { TransferListItem } from 'node:worker_threads';

/** What a worker answers: a result, or the kind of error it met. Messages stay behind: they may quote data. */
export type TaskOutcome<Result> = { readonly result: Result } | { readonly failure: string };

export interface TaskResult<Result> {
  readonly result: Result;
  /** Buffers of the result to move instead of copying. */
  readonly transfer?: readonly TransferListItem[];
}

/** The worker's side of a WorkerPool: `start` gets the pool's `workerData`, and what is its own, once, and returns what does a task. */
export async function serveTasks<Data, Task, Result, Own = undefined>(
  start: (data: Data, own: Own) => Promise<(task: Task) => TaskResult<Result>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('serveTasks runs in a worker thread');
  const { shared, own } = workerData as { shared: Data; own: Own };
  const perform = await start(shared, own);
  port.on('message', (task: Task) => {
    try {
      const { result, transfer = [] } = perform(task);
      port.postMessage({ result } satisfies TaskOutcome<Result>, transfer);
    } catch (error) {
      port.postMessage({
        failure: error instanceof Error ? error.name : 'unknown',
      } satisfies TaskOutcome<Result>);
    }
  });
}
