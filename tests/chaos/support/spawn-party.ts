import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

/** One party as a process of its own, as `npx sharemesh serve` starts it. */
export interface SpawnedParty {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines of its log, as they came. */
  readonly log: string[];
  /** Ask it to end with this signal; its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function spawnParty(model: string, flags: readonly string[] = []): Promise<SpawnedParty> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@sharemesh/source',
      '--import',
      import.meta.resolve('tsx'),
      main,
      'serve',
      '--model',
      model,
      '--port',
      '0',
      '--json',
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log: string[] = [];
  createInterface(child.stderr!).on('line', (line) => log.push(line));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`it ended with ${code}: ${log.join('\n')}`))),
  ])) as [string];
  return {
    url: (JSON.parse(line) as { url: string }).url,
    child,
    log,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}
