import type { Evaluator, ExpandedKey } from '@sharemesh/rlwe';

/** One request, as it is evaluated here or in a worker. */
export interface EvaluationTask {
  /** Index of the evaluator: a model under one scheme and tier. */
  readonly evaluator: number;
  readonly layer: number;
  readonly batch: number;
  readonly payloads: readonly Uint8Array[];
  /** The client's public key; absent in the public-model tier. */
  readonly key?: { readonly id: string; readonly bytes: Uint8Array };
}

/** Where the larger requests are evaluated. */
export interface EvaluationPool {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** The replies. Rejects when `signal` aborts. */
  run(task: EvaluationTask, signal: AbortSignal): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

/** Expanded keys that a thread remembers. */
const MAX_EXPANDED = 32;

/** Evaluates tasks on this thread, expanding each client's key once. */
export function taskRunner(evaluators: readonly Evaluator[]): (task: EvaluationTask) => Uint8Array[] {
  const expanded = new Map<string, ExpandedKey>();
  const expand = (evaluator: Evaluator, { id, bytes }: NonNullable<EvaluationTask['key']>): ExpandedKey => {
    const known = expanded.get(id);
    if (known) return known;
    const key = evaluator.expandKey(bytes);
    expanded.set(id, key);
    const [oldest] = expanded.keys();
    if (expanded.size > MAX_EXPANDED) expanded.delete(oldest!);
    return key;
  };
  return ({ evaluator: index, layer, batch, payloads, key }) => {
    const evaluator = evaluators[index]!;
    return evaluator.evaluate(layer, payloads, batch, key && expand(evaluator, key));
  };
}

/** Everything on this thread: for tests, and for hosts without threads. */
export function localPool(evaluators: readonly Evaluator[]): EvaluationPool {
  const run = taskRunner(evaluators);
  return { concurrency: 1, run: async (task) => run(task), close: async () => undefined };
}
