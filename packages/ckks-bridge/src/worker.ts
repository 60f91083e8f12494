import { serveTasks } from '@sharemesh/serving/node';
import { createEvaluator } from '@sharemesh/rlwe';
import type { EvaluatorLayer } from '@sharemesh/rlwe';
import { taskRunner } from './evaluation.ts';
import type { EvaluationTask } from './evaluation.ts';

await serveTasks<(readonly EvaluatorLayer[])[], EvaluationTask, Uint8Array[]>(async (models) => {
  const run = taskRunner(await Promise.all(models.map(createEvaluator)));
  return (task) => {
    const replies = run(task);
    return { result: replies, transfer: replies.map((reply) => reply.buffer as ArrayBuffer) };
  };
});
