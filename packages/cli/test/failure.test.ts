import { errorCodes, localErrors } from '@sharemesh/wire';
import type { ErrorCode } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import { expect, test } from 'vitest';
import { describeFailure, formatFailure, invalidInput } from '../src/failure.ts';

test('a failure is told by its code, its message and what to do', () => {
  const error = new MeshError('CONNECTION_FAILED', 'http://127.0.0.1:1 cannot be reached', {
    party: 'http://127.0.0.1:1',
  });
  const failure = describeFailure(error);
  expect(failure.outcome).toBe('server');
  expect(formatFailure(failure)).toMatch(
    /^error CONNECTION_FAILED: http:.* cannot be reached\n  → .*sharemesh serve/,
  );
});

test.each([
  [invalidInput('x'), 'usage', 'INVALID_INPUT'],
  [new MeshError('INVALID_MODEL', 'x'), 'model', 'INVALID_MODEL'],
  [new MeshError('INPUT_OUT_OF_RANGE', 'x'), 'model', 'INPUT_OUT_OF_RANGE'],
  [new MeshError('OUTPUT_OUT_OF_RANGE', 'x'), 'model', 'OUTPUT_OUT_OF_RANGE'],
  [new MeshError('UNKNOWN_MODEL', 'x', { party: 'http://a' }), 'server', 'UNKNOWN_MODEL'],
  [new MeshError('NOT_ENOUGH_PARTIES', 'x'), 'server', 'NOT_ENOUGH_PARTIES'],
  [new MeshError('INCONSISTENT_REPLIES', 'x'), 'server', 'INCONSISTENT_REPLIES'],
  [new MeshError('ABORTED', 'x'), 'interrupted', 'ABORTED'],
  [Object.assign(new Error('m'), { code: 'ENOENT', syscall: 'open', path: 'x.json' }), 'usage', 'ENOENT'],
  [new TypeError('x is not a function'), 'unexpected', 'UNEXPECTED'],
  ['thrown text', 'unexpected', 'UNEXPECTED'],
])('%s ends in the outcome %s', (error, outcome, code) => {
  expect(describeFailure(error)).toMatchObject({ outcome, code });
});

test('errors of the system name the file or the port', () => {
  const absent = Object.assign(new Error('ENOENT: no such file'), {
    code: 'ENOENT',
    syscall: 'open',
    path: 'x.json',
  });
  expect(describeFailure(absent).message).toBe('x.json does not exist');
  const taken = Object.assign(new Error('listen'), { code: 'EADDRINUSE', syscall: 'listen', port: 4001 });
  expect(describeFailure(taken)).toMatchObject({ message: 'port 4001 is in use' });
  expect(describeFailure(taken, ['--port']).advice).toContain('--port 0');
});

test('advice names a flag only to a command that has it', () => {
  const late = new MeshError('DEADLINE_EXCEEDED', 'x', { party: 'http://a' });
  expect(describeFailure(late, ['--timeout', '--json']).advice).toContain('--timeout');
  expect(describeFailure(late, ['--json']).advice).toMatch(/try again$/);
  const absent = new MeshError('CONNECTION_FAILED', 'x', { party: 'http://a' });
  expect(describeFailure(absent).advice).toContain('npx sharemesh serve --model DIR');
});

test.each(errorCodes)('%s has advice without a flag, or none', (code) => {
  expect(describeFailure(new MeshError(code, 'x')).advice ?? '').not.toMatch(/(?<!sharemesh .*)--[a-z]/);
});

test.each(
  Object.keys(localErrors).filter((code) =>
    /^(CERTIFICATE|TLS|HOST|CONNECTION|UNEXPECTED_STATUS)/.test(code),
  ),
)('every way not to reach a server comes with advice: %s', (code) => {
  expect(describeFailure(new MeshError(code as ErrorCode, 'x')).advice).toBeDefined();
});
