import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

/** Whether certificates can be made here. */
const openssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

/** A suite that makes certificates: skipped, and saying why, where there is no openssl command. */
export const describeWithOpenssl = (name: string, suite: () => void): void =>
  void describe.skipIf(!openssl)(
    openssl ? name : `${name} (skipped: there is no openssl command here)`,
    suite,
  );
