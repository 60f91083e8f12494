import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MeshError } from '@sharemesh/wire/errors';

export interface StartPartiesOptions {
  /** Processes to start, one for each party. */
  readonly parties: number;
  /** Folders of the model bundles that each of them serves. */
  readonly models: readonly string[];
  /** More flags for `sharemesh serve`. */
  readonly flags?: readonly string[];
}

/** Share servers on this machine, each a process of its own. */
export interface Parties {
  readonly urls: readonly string[];
  /** End them all; resolves when they are gone. */
  stop(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL('../bin/sharemesh.js', import.meta.url));

/**
 * Run `sharemesh serve` several times on free ports, and wait until all are ready: for examples, tests and trying out.
 * On one machine they keep nothing private from its owner.
 *
 * @throws MeshError PARTY_FAILED when one of them ends instead; what it said is on stderr
 */
export async function startParties({ parties, models, flags = [] }: StartPartiesOptions): Promise<Parties> {
  const args = [
    COMMAND,
    'serve',
    '--json',
    '--port',
    '0',
    '--log-level',
    'error',
    ...models.flatMap((folder) => ['--model', folder]),
  ];
  const children = Array.from({ length: parties }, (_, index) =>
    spawn(process.execPath, [...args, '--operator', `party ${index + 1}`, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const stop = async () => void (await Promise.all(children.map(end)));
  // whoever started them may end in a hurry: they must not outlive it
  const onExit = () => children.forEach((child) => child.kill());
  process.once('exit', onExit);
  try {
    const urls = await Promise.all(children.map(readyUrl));
    return { urls, stop: () => stop().finally(() => process.off('exit', onExit)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The URL in the ready line. */
async function readyUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { url } = JSON.parse(line) as { url: string };
    child.stdout!.resume();
    return url;
  }
  throw new MeshError('PARTY_FAILED', 'a party ended before it was ready');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
