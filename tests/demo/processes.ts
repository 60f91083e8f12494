import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/sharemesh.js', import.meta.url));

/** A `sharemesh` process at the head of a process group of its own, so that a test can see what it leaves behind. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves once `pattern` is in its output; rejects when it ends without. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

interface Surroundings {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The `sharemesh` command. */
export const sharemesh = (words: readonly string[], surroundings: Surroundings = {}) =>
  run(process.execPath, [BIN, ...words], surroundings);

/** A TypeScript file of the repository, from the sources. */
export const script = (file: string, surroundings: Surroundings = {}) =>
  run(
    process.execPath,
    [
      '--conditions=@sharemesh/source',
      '--import',
      import.meta.resolve('tsx'),
      fileURLToPath(new URL(`../../${file}`, import.meta.url)),
    ],
    surroundings,
  );

function run(program: string, args: readonly string[], { input = '', env = {} }: Surroundings): Running {
  // colours only where a test asks for them
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  const child = spawn(program, args, { detached: true, env: { ...inherited, ...env } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(input);
  let over = false;
  const ended = once(child, 'close').then(([code]) => {
    over = true;
    return code as number | null;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    async says(pattern) {
      for (;;) {
        const match = out.match(pattern);
        if (match) return match;
        if (over) throw new Error(`it ended without saying ${pattern}:\n${out}\n${err}`);
        await setTimeout(50);
      }
    },
  };
}

/**
 * The processes of the group that `child` heads which are still there after it has ended. The last ones of a group take
 * a moment to go, so it is asked again for a while.
 */
export async function leftBehind({ child }: Running): Promise<number[]> {
  let members: number[] = [];
  for (let round = 0; round < 50; round++) {
    members = groupMembers(child.pid!);
    if (members.length === 0) break;
    await setTimeout(200);
  }
  return members;
}

/** From /proc where there is one, which also tells processes from the records of those that ended. */
function groupMembers(group: number): number[] {
  if (!existsSync('/proc/self/stat')) return isAlive(-group) ? [group] : [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [state, , processGroup] = statOf(pid);
      return processGroup === String(group) && state !== 'Z';
    });
}

/** What proc(5) says after the name of a process: state, parent, group, ... */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
