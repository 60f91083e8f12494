import { afterAll, describe, expect, it } from 'vitest';
import { schemes } from './schemes/index.ts';
import { describeInfer } from './suites/infer.ts';
import { describeJobs } from './suites/jobs.ts';
import { describeKeys } from './suites/keys.ts';
import { describeProblems } from './suites/problems.ts';
import { describeReadRoutes } from './suites/read-routes.ts';
import { openTarget } from './support/target.ts';

const target = await openTarget();
afterAll(() => target.close());

const covered = target.models.flatMap((model) =>
  schemes.filter(({ scheme }) => scheme === model.scheme).map((scheme) => ({ model, scheme })),
);
for (const { scheme } of covered) await scheme.prepare?.(target);

it('serves at least one model that the suite can ask', () => {
  expect(covered.length).toBeGreaterThan(0);
});

describeReadRoutes(target);
describeKeys(target);

for (const { model, scheme } of covered) {
  describe(`${model.model_id}@${model.version} under ${model.scheme}`, () => {
    describeInfer(target, model, scheme);
    describeProblems(target, model, scheme);
    describeJobs(target, model, scheme);
  });
}
