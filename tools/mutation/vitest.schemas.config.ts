import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** What Stryker runs against each mutant of a schema: every test, as a schema is built when its module loads. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'packages/wire/test/{schema*,request-guard}.test.ts',
      'packages/serving/test/{envelope-memo,parse-infer}.test.ts',
    ],
  },
});
