/** What the process exits with. Scripts may rely on these. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  unexpected: { code: 1, meaning: 'an unexpected failure; a bug, if it stays (add --verbose and report it)' },
  usage: { code: 2, meaning: 'wrong flags, configuration or input' },
  model: { code: 3, meaning: 'the model cannot be used, or not for this input' },
  server: { code: 4, meaning: 'a server cannot be reached, refused, or answered wrongly' },
  interrupted: { code: 130, meaning: 'stopped by Ctrl-C' },
  terminated: { code: 143, meaning: 'stopped by SIGTERM' },
} as const;

export type Outcome = keyof typeof EXIT_CODES;
