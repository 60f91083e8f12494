import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** The long ones, one after the other: they measure, and they need the machine. `npm run test:chaos`. */
export default defineConfig({
  ...base,
  root: new URL('../..', import.meta.url).pathname,
  test: {
    ...base.test,
    include: ['tests/chaos/**/*.chaos.ts'],
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
