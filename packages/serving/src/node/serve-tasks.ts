import { parentPort, workerData } from 'node:worker_threads';
import type { TransferListItem } from 'node:worker_threads';

/** What a worker answers: a result, or the kind of error it met. Messages stay behind: they may quote data. */
export type TaskOutcome<Result> = { readonly result: Result } | { readonly failure: string };

export interface TaskResult<Result> {
  readonly result: Result;
  /** Buffers of the result to move instead of copying. */
  readonly transfer?: readonly TransferListItem[];
}

/** The worker's side of a WorkerPool: `start` gets the pool's `workerData` once and returns what does a task. */
export async function serveTasks<Data, Task, Result>(
  start: (data: Data) => Promise<(task: Task) => TaskResult<Result>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('serveTasks runs in a worker thread');
  const perform = await start(workerData as Data);
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
