import picocolors from 'picocolors';
import { colorDepth } from './color-depth.ts';
import type { ColorDepth } from './color-depth.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where a command writes what people read. */
export interface Terminal {
  readonly depth: ColorDepth;
  readonly colors: Colors;
  /** All of it in one write, so that lines of other processes cannot get between. */
  print(lines: string | readonly string[]): void;
}

export function openTerminal(stream: NodeJS.WriteStream = process.stdout, env = process.env): Terminal {
  const depth = colorDepth(stream, env);
  return {
    depth,
    colors: picocolors.createColors(depth > 1),
    print(lines) {
      stream.write(`${typeof lines === 'string' ? lines : lines.join('\n')}\n`);
    },
  };
}
