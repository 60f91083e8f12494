import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from './support/chromium.ts';
import { NEUTRAL_TESTS } from './support/neutral-tests.ts';

/**
 * Test files of the packages once more, in Chromium. `same-tests.test.ts` runs this as part of `npm test`; by hand:
 * `npx vitest run --config tests/browser/vitest.config.ts`.
 */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  resolve: {
    conditions: ['@sharemesh/source', 'browser', 'import', 'module', 'default'],
  },
  // shared memory, which some of the kernels' tests use, is for isolated pages only
  server: {
    headers: {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    },
  },
  test: {
    include: NEUTRAL_TESTS,
    testTimeout: 60_000,
    // everything in one page, one file after the other: pages cost more than they bring here
    fileParallelism: false,
    isolate: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { executablePath: findChromium()!, args: CHROMIUM_FLAGS },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
