import type { ErrorCode } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { Outcome } from './exit-code.ts';
import { escapeControls } from './terminal/escape-controls.ts';

/** A failure as it is told to a person. */
export interface Failure {
  readonly outcome: Outcome;
  /** Stable, UPPER_SNAKE. */
  readonly code: string;
  readonly message: string;
  /** What to do about it, where something can be said. */
  readonly advice: string | undefined;
}

/** An error in what the caller gave: flags, files, configuration. */
export const invalidInput = (message: string, cause?: unknown) =>
  new MeshError('INVALID_INPUT', message, { cause });

const MODEL_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_MODEL',
  'INPUT_OUT_OF_RANGE',
  'OUTPUT_OUT_OF_RANGE',
  'INVALID_SIGNATURE',
  'MODEL_TAMPERED',
]);

/** Failures of servers that no single one is to be named for. */
const SERVER_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_ENOUGH_PARTIES',
  'NOT_ENOUGH_REPLIES',
  'INCONSISTENT_REPLIES',
  'FALSE_SKETCH',
  'MODEL_MISMATCH',
]);

/** What to do, in clauses; one that names a flag is for the commands that have it. */
const ADVICE: Readonly<Record<string, string | readonly string[]>> = {
  INVALID_CONFIG: 'sharemesh serve --help lists the settings',
  COLOCATED_PARTIES: ['use parties that others run', 'only to try things out: --allow-colocated'],
  INSECURE_URL: ['use https', 'only on a network that you trust: --allow-insecure'],
  INSECURE_BIND: 'give --tls-key and --tls-cert, or --insecure behind a proxy that ends TLS',
  CONNECTION_FAILED: 'is it running? start one with: npx sharemesh serve --model DIR --port PORT',
  CERTIFICATE_EXPIRED: 'its operator must renew it; look at the clock of this machine too',
  CERTIFICATE_NAME_MISMATCH: 'use the host name that its certificate is for',
  CERTIFICATE_UNTRUSTED: 'if you trust its authority, set NODE_EXTRA_CA_CERTS=FILE.pem to that certificate',
  HOST_NOT_FOUND: 'check the spelling of the host name, and that this machine can ask DNS',
  TLS_FAILED: 'check the scheme and the port of the URL: https for a server with TLS, http for one without',
  UNEXPECTED_STATUS:
    'something other than a sharemesh server may answer at this URL; ask: curl URL/v1/health',
  DEADLINE_EXCEEDED: ['a server is slow or hangs; try again', 'give it longer with --timeout'],
  UNKNOWN_MODEL: 'ask a server what it has: curl URL/v1/models',
  UNKNOWN_VERSION: 'ask a server what it has: curl URL/v1/models',
  MODEL_MISMATCH: 'the servers hold different weights under one name; give all of them the same bundle',
  INCONSISTENT_REPLIES: [
    'who is wrong cannot be told without checks',
    'add --verify-across, or --verify-with DIR',
  ],
  NOT_ENOUGH_PARTIES: ['look at what is said of each server', 'a lower --threshold needs fewer'],
  WRONG_REPLY: 'this server lied or is broken; do not send it anything more until you know which',
  FALSE_SKETCH: 'no input was sent; leave the servers alone until you know which of them lied',
  CHECKS_SPENT: 'a server keeps lying; ask the owner of the model for new check vectors, or connect again',
  CHECKS_EXPIRED: 'ask the owner of the model for new check vectors',
  DIGEST_MISMATCH: 'the servers hold other weights than you asked for; ask whoever published the digest',
  INVALID_MODEL:
    'a bundle is a folder of model.json and weights.bin; one is made by: npx sharemesh model import',
  INPUT_OUT_OF_RANGE: 'scale the input down; the model cannot be computed exactly on numbers this large',
  OUTPUT_OUT_OF_RANGE:
    'the input is too large for the model, or a server answered falsely; do not let the servers see that it happened',
  DIMENSION_MISMATCH: 'npx sharemesh model inspect DIR says how many numbers the model takes',
  OVERLOADED: 'the server has too much to do; try again in a moment',
  UNAUTHENTICATED: ['the server wants a bearer token', 'give it with --token'],
  EADDRINUSE: ['another process has this port; choose another', '--port 0 takes any free one'],
  EACCES: 'this user may not do that; ports below 1024 and other users’ files need more rights',
};

/**
 * What went wrong, for the one line on stderr. Any error will do.
 * @param flags of the command that failed, such as `--timeout`
 */
export function describeFailure(error: unknown, flags: readonly string[] = []): Failure {
  const advice = (code: string) => adviceFor(code, flags);
  if (MeshError.is(error)) {
    const { code, message } = error;
    return { outcome: outcomeOf(error), code, message, advice: advice(code) };
  }
  if (error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string') {
    return { outcome: 'usage', code: error.code, message: systemMessage(error), advice: advice(error.code) };
  }
  if (error instanceof Error && 'code' in error && error.code === 'ERR_FS_FILE_TOO_LARGE') {
    const message = 'a file is larger than the 2 GiB that can be read at once';
    return { outcome: 'usage', code: 'INVALID_INPUT', message, advice: undefined };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: 'unexpected', code: 'UNEXPECTED', message, advice: 'run it again with --verbose' };
}

function adviceFor(code: string, flags: readonly string[]): string | undefined {
  const clauses = [ADVICE[code] ?? []].flat().filter((clause) => {
    const named = clause.includes('npx sharemesh') ? [] : (clause.match(/--[a-z-]+/g) ?? []);
    return named.every((flag) => flags.includes(flag));
  });
  return clauses.length === 0 ? undefined : clauses.join('; ');
}

function outcomeOf(error: MeshError): Outcome {
  if (error.code === 'ABORTED') return 'interrupted';
  if (error.party !== undefined || SERVER_CODES.has(error.code)) return 'server';
  return MODEL_CODES.has(error.code) ? 'model' : 'usage';
}

function systemMessage(error: Error & { path?: unknown; port?: unknown }): string {
  const what = 'code' in error ? SYSTEM_ERRORS[String(error.code)] : undefined;
  if (what === undefined) return error.message;
  return `${error.path ?? (error.port === undefined ? 'this' : `port ${error.port}`)} ${what}`;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'is a file, not a folder',
  EACCES: 'is not allowed',
  EADDRINUSE: 'is in use',
};

/** The failure as text: one line that says what and why, one that says what to do. */
export function formatFailure({ code, message, advice }: Failure): string {
  return `error ${code}: ${escapeControls(message)}${advice === undefined ? '' : `\n  → ${advice}`}`;
}
