import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** What Stryker runs against each mutant: the unit tests of the packages that stryker.config.json mutates. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/{shares,wire}/test/**/*.test.ts', 'packages/kernels/test/field/**/*.test.ts'],
  },
});
