import { MeshError } from '@sharemesh/wire/errors';
import type { BridgeOptions, ConnectOptions, ModelChoice, PartiesOptions } from './options.ts';

const MAX_PARTIES = 16;

const common = ['model', 'deadlineMs', 'retries', 'token', 'allowInsecure', 'signal', 'onProgress'];
const forParties = [
  'parties',
  'sharing',
  'seeded',
  'packed',
  'verification',
  'checks',
  'fractionBits',
].concat(['minFractionBits', 'preparedMaxAgeMs', 'allowColocated']);
const forBridge = ['bridge', 'scheme', 'tier'];

/**
 * Check what TypeScript cannot, and what callers without it got wrong. An unknown name is refused: a misspelt
 * `verification` must not pass for none.
 * @throws MeshError INVALID_OPTION
 */
export function validateOptions(options: ConnectOptions): void {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'an object');
  const bridge = 'bridge' in options;
  if (bridge === 'parties' in options) throw invalid('options', 'either `parties` or `bridge`');
  const known = [...common, ...(bridge ? forBridge : forParties)];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `one of ${known.join(', ')}`);

  requireModel(options.model);
  requireInteger('deadlineMs', options.deadlineMs, 1, 2 ** 31 - 1);
  requireInteger('retries', options.retries, 0, 10);
  requireType('allowInsecure', options.allowInsecure, 'boolean');
  requireType('onProgress', options.onProgress, 'function');
  if (options.token !== undefined && typeof options.token !== 'string')
    requireType('token', options.token, 'function');
  if ('bridge' in options) validateBridge(options);
  else validateParties(options);
}

function validateBridge({ bridge, scheme, tier }: BridgeOptions): void {
  requireType('bridge', bridge, 'string');
  requireOneOf('scheme', scheme, ['ckks', 'bfv']);
  requireOneOf('tier', tier, ['circuit-private', 'public-model']);
}

function validateParties(options: PartiesOptions): void {
  const { parties, sharing, fractionBits, minFractionBits } = options;
  if (!Array.isArray(parties) || parties.length < 2 || parties.length > MAX_PARTIES) {
    throw invalid('parties', `2 to ${MAX_PARTIES} URLs`);
  }
  for (const url of parties) requireType('parties', url, 'string');
  for (const name of ['seeded', 'packed', 'allowColocated'] as const)
    requireType(name, options[name], 'boolean');
  requireInteger('fractionBits', fractionBits, 0, 60);
  requireInteger('minFractionBits', minFractionBits, 0, 60);
  requireInteger('preparedMaxAgeMs', options.preparedMaxAgeMs, 1, 2 ** 31 - 1);
  requireOneOf('verification', options.verification, ['none', 'freivalds']);
  if ((options.verification === 'freivalds') !== (options.checks !== undefined)) {
    throw invalid('checks', 'given exactly when verification is freivalds');
  }
  if (fractionBits !== undefined && fractionBits < (minFractionBits ?? 0)) {
    throw invalid('fractionBits', 'at least minFractionBits');
  }
  if (sharing === undefined) return;
  requireOneOf('sharing.scheme', sharing.scheme, ['additive', 'shamir']);
  if (sharing.scheme === 'shamir') {
    if (sharing.threshold === undefined) throw invalid('sharing.threshold', 'given');
    requireInteger('sharing.threshold', sharing.threshold, 2, parties.length);
  }
}

function requireModel(model: string | ModelChoice): void {
  const { id, version, digest } = typeof model === 'object' && model !== null ? model : { id: model };
  requireType('model', id ?? null, 'string');
  requireType('model.version', version, 'string');
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw invalid('model.digest', 'sha256: and 64 hex digits');
  }
}

/** @throws MeshError INVALID_OPTION */
export function requireInteger(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max)) {
    throw invalid(name, `an integer from ${min} to ${max}`);
  }
}

function requireType(name: string, value: unknown, type: 'string' | 'boolean' | 'function'): void {
  if (value !== undefined && typeof value !== type) throw invalid(name, `a ${type}`);
}

function requireOneOf(name: string, value: string | undefined, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value)) throw invalid(name, `one of ${values.join(', ')}`);
}

const invalid = (name: string, what: string) => new MeshError('INVALID_OPTION', `${name} must be ${what}`);
