import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MeshError } from '@sharemesh/wire/errors';

/** Servers on this machine, each a process of its own. */
export interface SpawnedServers {
  readonly urls: readonly string[];
  /** End them all; resolves when they are gone. */
  stop(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL('../bin/sharemesh.js', import.meta.url));

/**
 * Run `sharemesh serve` once for each list of flags, on free ports, and wait until all are ready.
 * @throws MeshError PARTY_FAILED when one of them ends instead; what it said is on stderr
 */
export async function spawnServers(servers: readonly (readonly string[])[]): Promise<SpawnedServers> {
  const common = [COMMAND, 'serve', '--json', '--port', '0', '--log-level', 'error'];
  const children = servers.map((flags) =>
    spawn(process.execPath, [...common, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] }),
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
  throw new MeshError('PARTY_FAILED', 'a server ended before it was ready');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
