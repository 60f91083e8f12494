import { DIGEST } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import { boolean, count, either, exactObject, literal, list, optional, text } from '@sharemesh/wire/guards';
import type { Guard } from '@sharemesh/wire/guards';
import type { ConnectOptions } from './options.ts';

type Rules = Readonly<Record<string, Guard<unknown>>>;

const string = text(/^/);
const object = ((value) => typeof value === 'object' && value !== null) as Guard<object>;
const callback = ((value) => typeof value === 'function') as Guard<unknown>;
const milliseconds = count(2 ** 31 - 1, 1);
const bits = count(60);

// option-words.ts says in words what each may be

const common: Rules = {
  model: either<unknown>(
    string,
    exactObject({ id: string, version: optional(string), digest: optional(text(DIGEST)) }),
  ),
  deadlineMs: milliseconds,
  retries: count(10),
  token: either<unknown>(string, callback),
  minSignificantBits: bits,
  fractionBits: bits,
  allowInsecure: boolean,
  signal: object,
  onProgress: callback,
};

const forParties: Rules = {
  ...common,
  parties: list(string, 16, 2),
  sharing: either<unknown>(
    exactObject({ scheme: literal('additive') }),
    exactObject({
      scheme: literal('shamir'),
      threshold: count(16, 2),
      surplus: optional(literal('detect', 'correct')),
    }),
  ),
  seeded: boolean,
  packed: boolean,
  verification: literal('none', 'freivalds', 'cross'),
  checks: object,
  requireReceipts: boolean,
  preparedMaxAgeMs: milliseconds,
  allowColocated: boolean,
};

const forBridge: Rules = {
  ...common,
  bridge: string,
  scheme: literal('ckks', 'bfv'),
  tier: literal('circuit-private', 'public-model'),
};

/**
 * Check what TypeScript cannot, and what callers without it got wrong. An unknown name is refused: a misspelt
 * `verification` must not pass for none.
 * @throws MeshError INVALID_OPTION
 */
export async function validateOptions(options: ConnectOptions): Promise<void> {
  const fault = faultOf(options);
  if (fault === undefined) return;
  // the words are loaded when they are needed
  const words = await import('./option-words.ts').catch(() => undefined);
  throw new MeshError(
    'INVALID_OPTION',
    `${fault} must be ${words?.wordsFor(fault) ?? 'what the README says'}`,
  );
}

/** The option that is not what it may be, or has no such name. */
function faultOf(options: ConnectOptions): string | undefined {
  if (!object(options) || 'bridge' in options === 'parties' in options) return 'options';
  const rules = 'bridge' in options ? forBridge : forParties;
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name) || (value !== undefined && !rules[name]!(value))) return name;
  }
  if (options.model === undefined) return 'model';
  if (!('parties' in options)) return undefined;
  const { parties, sharing, verification, checks } = options;
  if (sharing?.scheme === 'shamir' && sharing.threshold > parties.length) return 'sharing';
  return (verification === 'freivalds') === (checks !== undefined) ? undefined : 'checks';
}
