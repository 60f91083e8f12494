const FLAG = 'true or false';
const MILLISECONDS = `an integer from 1 to ${2 ** 31 - 1}`;
const BITS = 'an integer from 0 to 60';

/** What each option of `connect` may be, for the error that says so. */
const WORDS: Readonly<Record<string, string>> = {
  options: 'an object with either `parties` or `bridge`',
  model: 'an id, or { id, version?, digest? } with a digest of sha256: and 64 hex digits',
  deadlineMs: MILLISECONDS,
  retries: 'an integer from 0 to 10',
  token: 'a string, or a function of the URL',
  minSignificantBits: BITS,
  fractionBits: BITS,
  allowInsecure: FLAG,
  signal: 'an AbortSignal',
  onProgress: 'a function',
  parties: '2 to 16 URLs',
  sharing:
    "{ scheme: 'additive' }, or { scheme: 'shamir', threshold, surplus? } with a threshold from 2 to the number of parties and a surplus of detect or correct",
  seeded: FLAG,
  packed: FLAG,
  verification: 'none, freivalds or cross',
  checks: '{ planes } or { vectors }, given exactly when verification is freivalds',
  requireReceipts: FLAG,
  preparedMaxAgeMs: MILLISECONDS,
  allowColocated: FLAG,
  bridge: 'a URL, without options that are for parties',
  scheme: 'ckks or bfv, given for a bridge only',
  tier: 'circuit-private or public-model, given for a bridge only',
};

/** What `name` may be; for a name that no option has, those that there are. */
export const wordsFor = (name: string): string =>
  Object.hasOwn(WORDS, name) ? WORDS[name]! : `one of ${Object.keys(WORDS).slice(1).join(', ')}`;
