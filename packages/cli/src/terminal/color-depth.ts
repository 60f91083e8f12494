import type { WriteStream } from 'node:tty';

/** Bits of colour, in the numbers of `tty.WriteStream.getColorDepth`: none, 16 colours, 256 colours, all of them. */
export type ColorDepth = 1 | 4 | 8 | 24;

type Environment = Readonly<Record<string, string | undefined>>;

const FORCED: Readonly<Record<string, ColorDepth>> = { 0: 1, false: 1, 1: 4, true: 4, 2: 8, 3: 24 };

/**
 * How colourful the output may be: FORCE_COLOR (0 to 3) decides, then NO_COLOR (https://no-color.org), then what the
 * terminal can do. A file or a pipe gets no colours.
 */
export function colorDepth(
  stream: Pick<WriteStream, 'isTTY'> & Partial<WriteStream>,
  env: Environment,
): ColorDepth {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return FORCED[forced] ?? 4;
  if (env['NO_COLOR'] || !stream.isTTY) return 1;
  return (stream.getColorDepth?.({ ...env }) ?? 1) as ColorDepth;
}

/** The variables that give a child process, which writes into a pipe, the colours of this one's terminal. */
export function colorVariables(depth: ColorDepth): Record<string, string | undefined> {
  const level = { 1: '0', 4: '1', 8: '2', 24: '3' }[depth];
  // both set makes Node warn; undefined takes a variable out of a child's environment
  return { FORCE_COLOR: level, NO_COLOR: undefined };
}
