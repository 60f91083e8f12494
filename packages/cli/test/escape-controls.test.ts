import { expect, test } from 'vitest';
import { formatFailure } from '../src/failure.ts';
import { escapeControls } from '../src/terminal/escape-controls.ts';

test.each([
  ['\u001b[2J\u001b]0;owned\u0007', '\\u001b[2J\\u001b]0;owned\\u0007'],
  ['a\r\nb\tc\u0000', 'a\\u000d\\u000ab\\u0009c\\u0000'],
  ['\u009b31m\u007f', '\\u009b31m\\u007f'],
  ['abc\u202edcba\u2066x\u200b', 'abc\\u202edcba\\u2066x\\u200b'],
  ['Größe 日本 → 1,5 µs', 'Größe 日本 → 1,5 µs'],
])('%j', (text, shown) => {
  expect(escapeControls(text)).toBe(shown);
});

test('a failure shows none of a server or a file', () => {
  const failure = { outcome: 'usage', code: 'X', message: 'a\u001b[31mb', advice: 'do this' } as const;
  expect(formatFailure(failure)).toBe('error X: a\\u001b[31mb\n  → do this');
});
