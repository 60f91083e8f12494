import type { CommandEntry } from '../lazy-commands.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'watch a private inference happen, in one terminal',
    load: async () => (await import('./demo/index.ts')).demo,
  },
  {
    name: 'serve',
    summary: 'run one party: it holds the model, and sees only noise',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'infer',
    summary: 'run a model on inputs that no server gets to see',
    load: async () => (await import('./infer.ts')).infer,
  },
  {
    name: 'model',
    summary: 'import a trained model, look into one, sign or verify it',
    load: async () => (await import('./model/index.ts')).model,
  },
  {
    name: 'fraud',
    summary: 'check the proof that a party signed a wrong reply',
    load: async () => (await import('./fraud/index.ts')).fraud,
  },
  {
    name: 'bench',
    summary: 'measure what privacy costs here, beside plaintext services',
    load: async () => (await import('./bench.ts')).bench,
  },
];
