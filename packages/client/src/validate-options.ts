import { DIGEST } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import { boolean, count, either, exactObject, literal, list, optional, text } from '@sharemesh/wire/guards';
import type { Guard } from '@sharemesh/wire/guards';
import type { ConnectOptions } from './options.ts';

type Rule = readonly [allowed: Guard<unknown>, what: string];
type Rules = Readonly<Record<string, Rule>>;

const MAX_MS = 2 ** 31 - 1;

const string = text(/^/);
const object = ((value) => typeof value === 'object' && value !== null) as Guard<object>;
const callback = ((value) => typeof value === 'function') as Guard<unknown>;

const flag: Rule = [boolean, 'true or false'];
const milliseconds: Rule = [count(MAX_MS, 1), `an integer from 1 to ${MAX_MS}`];
const bits: Rule = [count(60), 'an integer from 0 to 60'];

const common: Rules = {
  model: [
    either<unknown>(
      string,
      exactObject({ id: string, version: optional(string), digest: optional(text(DIGEST)) }),
    ),
    'an id, or { id, version?, digest? } with a digest of sha256: and 64 hex digits',
  ],
  deadlineMs: milliseconds,
  retries: [count(10), 'an integer from 0 to 10'],
  token: [either<unknown>(string, callback), 'a string, or a function of the origin'],
  minSignificantBits: bits,
  fractionBits: bits,
  allowInsecure: flag,
  signal: [object, 'an AbortSignal'],
  onProgress: [callback, 'a function'],
};

const forParties: Rules = {
  ...common,
  parties: [list(string, 16, 2), '2 to 16 URLs'],
  sharing: [
    either<unknown>(
      exactObject({ scheme: literal('additive') }),
      exactObject({ scheme: literal('shamir'), threshold: count(16, 2) }),
    ),
    "{ scheme: 'additive' }, or 'shamir' with a threshold",
  ],
  seeded: flag,
  packed: flag,
  verification: [literal('none', 'freivalds', 'cross'), 'none, freivalds or cross'],
  checks: [object, '{ planes } or { vectors }'],
  preparedMaxAgeMs: milliseconds,
  allowColocated: flag,
};

const forBridge: Rules = {
  ...common,
  bridge: [string, 'a URL'],
  scheme: [literal('ckks', 'bfv'), 'ckks or bfv'],
  tier: [literal('circuit-private', 'public-model'), 'circuit-private or public-model'],
};

/**
 * Check what TypeScript cannot, and what callers without it got wrong. An unknown name is refused: a misspelt
 * `verification` must not pass for none.
 * @throws MeshError INVALID_OPTION
 */
export function validateOptions(options: ConnectOptions): void {
  if (!object(options)) throw invalid('options', 'an object');
  const bridge = 'bridge' in options;
  if (bridge === 'parties' in options) throw invalid('options', 'either `parties` or `bridge`');
  const rules = bridge ? forBridge : forParties;
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) throw invalid(name, `one of ${Object.keys(rules).join(', ')}`);
    const [allowed, what] = rules[name]!;
    if (value !== undefined && !allowed(value)) throw invalid(name, what);
  }
  if (options.model === undefined) throw invalid('model', common['model']![1]);
  if (!('parties' in options)) return;
  const { parties, sharing, verification, checks } = options;
  if (sharing?.scheme === 'shamir' && sharing.threshold > parties.length) {
    throw invalid('sharing.threshold', 'at most the number of parties');
  }
  if ((verification === 'freivalds') !== (checks !== undefined)) {
    throw invalid('checks', 'given exactly when verification is freivalds');
  }
}

/** @throws MeshError INVALID_OPTION */
export function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!count(max, min)(value)) throw invalid(name, `an integer from ${min} to ${max}`);
}

const invalid = (name: string, what: string) => new MeshError('INVALID_OPTION', `${name} must be ${what}`);
