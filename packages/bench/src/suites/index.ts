import type { Suite } from '../suite.ts';

/** Every suite by name. Another one is another line. */
export const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  kernel: async () => (await import('./kernel/index.ts')).kernelSuite,
  mesh: async () => (await import('./mesh/index.ts')).meshSuite,
  trust: async () => (await import('./trust/index.ts')).trustSuite,
  ckks: async () => (await import('./ckks/index.ts')).ckksSuite,
  compare: async () => (await import('./compare/index.ts')).compareSuite,
};
