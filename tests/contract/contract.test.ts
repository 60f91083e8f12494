import { afterAll, describe, expect, it } from 'vitest';
import { schemes } from './schemes/index.ts';
import { describeInfer } from './suites/infer.ts';
import { describeJobs } from './suites/jobs.ts';
import { describeKeys } from './suites/keys.ts';
import { describeProblems } from './suites/problems.ts';
import { describeReadRoutes } from './suites/read-routes.ts';
import { openTargets } from './support/target.ts';

const { targets, close } = await openTargets();
afterAll(close);

for (const target of targets) {
  const served = schemes.filter(({ scheme }) => target.models.some((model) => model.scheme === scheme));
  for (const scheme of served) await scheme.prepare?.(target);

  describe(target.name, () => {
    it('serves at least one model that the suite can ask', () => {
      expect(served.length).toBeGreaterThan(0);
    });

    describeReadRoutes(target);
    describeKeys(target);

    for (const model of target.models) {
      const scheme = served.find((candidate) => candidate.scheme === model.scheme);
      if (!scheme) continue;
      describe(`${model.model_id}@${model.version} under ${model.scheme}`, () => {
        describeInfer(target, model, scheme);
        describeProblems(target, model, scheme);
        describeJobs(target, model, scheme);
      });
    }
  });
}
