import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/**
 * What Stryker runs against each mutant: the unit tests of the packages that stryker.config.json mutates.
 *
 * Not among them: the statistics of privacy.test.ts, which draw hundreds of thousands of sharings and would be most of
 * the time of every mutant that they reach, and the tests of the WebAssembly kernels alone, which reach none.
 */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'packages/{shares,wire}/test/**/*.test.ts',
      'packages/kernels/test/field/{fixed-point,left-multiply,matmul,refusals,residues,turboshake}.test.ts',
    ],
    exclude: ['packages/shares/test/privacy.test.ts', 'packages/wire/test/{schema*,request-guard}.test.ts'],
  },
});
