import { localPool } from '@sharemesh/ckks-bridge';
import { createEvaluator } from '@sharemesh/rlwe';
import type { EvaluationPool } from '@sharemesh/ckks-bridge';
import type { EvaluatorLayer } from '@sharemesh/rlwe';

/** What the server got to see of one request, and what it made of it. */
export interface CiphertextSighting {
  /** The ciphertexts of the request, as they came. */
  readonly ciphertexts: readonly Uint8Array[];
  /** The encrypted answer, as it goes. */
  readonly replies: readonly Uint8Array[];
}

/** Evaluation on this thread that also tells what passes through it: everything the server could learn. */
export function watchedPool(
  models: readonly (readonly EvaluatorLayer[])[],
  onSighting: (sighting: CiphertextSighting) => void,
): EvaluationPool {
  const opening = Promise.all(models.map(createEvaluator)).then(localPool);
  return {
    concurrency: 1,
    async run(task, signal) {
      const pool = await opening;
      const replies = await pool.run(task, signal);
      onSighting({ ciphertexts: task.payloads, replies });
      return replies;
    },
    close: async () => (await opening).close(),
  };
}
