import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export interface LoggerOptions {
  readonly level?: string;
  readonly name?: string;
  /** Where the lines go; standard output unless told otherwise. */
  readonly destination?: DestinationStream;
}

/**
 * Structured lines of JSON. No call site passes payloads, tokens or headers; `redact` is there for the day one does.
 */
export function createLogger({ level = 'info', name, destination }: LoggerOptions = {}): Logger {
  const options = {
    level,
    base: name === undefined ? null : { name },
    redact: { paths: secretPaths, censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

const secretFields = [
  'authorization',
  'body',
  'cookie',
  'headers',
  'inputs',
  'key',
  'outputs',
  'payload',
  'seed',
];
const moreSecrets = ['share', 'shares', 'token', 'tokens', 'weights'];
const secretPaths = [...secretFields, ...moreSecrets].flatMap((field) => [field, `*.${field}`]);

/**
 * What may be logged of an error that no one raised on purpose: its kind and where it came from. Its message stays
 * out, because libraries quote what they were given.
 */
export function describeError(error: unknown): { kind: string; code?: string; at: string[] } {
  if (!(error instanceof Error)) return { kind: typeof error, at: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { kind: error.name, ...code, at: frames.slice(0, 8).map((line) => line.trim()) };
}
