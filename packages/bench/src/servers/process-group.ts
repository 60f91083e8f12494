import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { threadModule } from '@sharemesh/serving/node';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from its start to its ready line. */
  readonly readyAfter: number;
  /** End it; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Processes of a run: whatever way it ends, they end with it. */
export class ProcessGroup {
  readonly #children = new Set<ChildProcess>();
  readonly #onExit = () => this.#children.forEach((child) => child.kill('SIGKILL'));

  constructor() {
    process.once('exit', this.#onExit);
  }

  /**
   * Start a program that prints `{"url": …}` as its first line once it listens.
   * @throws {Error} when it ends instead; what it said is on stderr
   */
  async start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const began = performance.now();
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    const url = await readyUrl(child, args);
    return { url, pid: child.pid!, readyAfter: performance.now() - began, stop: () => end(child) };
  }

  /** Start one of this package's own servers, from source or built as this code is. */
  startOwn(
    name: 'plain-server' | 'bare-server' | 'load' | 'delay',
    args: readonly string[],
  ): Promise<ServerProcess> {
    const { url, execArgv } = threadModule(name, import.meta.url);
    return this.start(process.execPath, [...execArgv, url.pathname, ...args]);
  }

  /** End all of them. */
  async stop(): Promise<void> {
    process.off('exit', this.#onExit);
    await Promise.all([...this.#children].map(end));
  }
}

async function readyUrl(child: ChildProcess, args: readonly string[]): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { url } = JSON.parse(line) as { url: string };
    child.stdout!.resume();
    return url;
  }
  throw new Error(`a server ended before it was ready: ${args.slice(-3).join(' ')}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(patience);
}
