import { CommanderError } from 'commander';
import picocolors from 'picocolors';
import { createProgram } from '../src/program.ts';
import type { ColorDepth } from '../src/terminal/color-depth.ts';
import type { Terminal } from '../src/terminal/terminal.ts';

/** What a command line prints and exits with where commander answers it by itself: help, versions, wrong flags. */
export async function commandLine(...words: string[]): Promise<{ out: string; exitCode: number }> {
  let out = '';
  const write = (text: string) => void (out += text);
  const program = createProgram({
    writeOut: write,
    writeErr: write,
    getOutHelpWidth: () => 80,
    getErrHelpWidth: () => 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { out, exitCode: error.exitCode };
    throw error;
  }
  return { out, exitCode: 0 };
}

/** A terminal that keeps what is printed. */
export function fakeTerminal(depth: ColorDepth): Terminal & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    depth,
    colors: picocolors.createColors(depth > 1),
    lines,
    print: (text) => void lines.push(...(typeof text === 'string' ? [text] : text)),
  };
}
