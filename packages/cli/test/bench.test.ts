import { describe, expect, test } from 'vitest';
import { showProgress } from '../src/bench/progress.ts';
import { formatResult } from '../src/bench/summary.ts';
import { sampleResult } from '../../bench/test/sample-result.ts';
import { visibleLength } from '../src/terminal/table.ts';
import { commandLine, fakeTerminal } from './support.ts';

describe('the flags of bench', () => {
  test.each([
    [['--batch', '1,65'], 'integers from 1 to 64'],
    [['--parties', '1'], 'integers from 2 to 16'],
    [['--rtt', '1, 10'], 'integers from 0 to 1000'],
    [['--rtt', '-5'], 'argument'],
    [['--nope'], 'unknown option'],
  ])('%s is refused', async (flags, why) => {
    const { out, exitCode } = await commandLine('bench', ...flags);
    expect(exitCode).toBe(1);
    expect(out).toContain(why);
  });
});

describe('the summary', () => {
  const lines = formatResult(sampleResult, fakeTerminal(1).colors);

  test('has all parts, and each call with its quotient to the peers', () => {
    for (const title of ['W·x, one thread', 'Whole calls', 'Calls per second', 'Against the targets']) {
      expect(lines.some((line) => line.startsWith(title))).toBe(true);
    }
    const shares = lines.find((line) => line.includes('2 parties, 14-bit') && line.includes('900 µs'));
    // 0.9 ms to 0.6 and to 2.3
    expect(shares).toMatch(/1\.50× +0\.39× +8,700 B +16\.8 kB +3e-5$/);
  });

  test('columns of the targets line up', () => {
    const figures = lines.filter((line) => /beyond the barrier|reached|missed/.test(line));
    expect(figures).toHaveLength(3);
    const starts = figures.map((line) => line.search(/beyond|reached|missed/));
    expect(new Set(starts).size).toBe(1);
  });

  test('colours take no room', () => {
    const colored = formatResult(sampleResult, fakeTerminal(8).colors);
    expect(colored.map(visibleLength)).toEqual(lines.map(visibleLength));
  });
});

describe('the progress', () => {
  const at = { step: 'mesh/bytes', done: 2, steps: 4, elapsedSeconds: 10, leftSeconds: 130 };

  function written(isTTY: boolean): string {
    let text = '';
    const show = showProgress({
      isTTY,
      write: (chunk: string | Uint8Array) => Boolean((text += String(chunk))),
    });
    show(at);
    show({ ...at, step: undefined, done: 4, leftSeconds: 0 });
    return text;
  }

  test('in a file is a line a step', () => {
    expect(written(false)).toBe('[3/4] mesh/bytes (about 2 min left)\nmeasured in 10 s\n');
  });

  test('on a terminal is one line that is written over', () => {
    const text = written(true);
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(text).toContain('██████████░░░░░░░░░░ 3/4 mesh/bytes · about 2 min left');
  });
});
