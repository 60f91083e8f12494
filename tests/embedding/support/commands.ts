import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** `npx x` finds what a package has put into `node_modules/.bin`; unpacked tarballs have put nothing there. */
function resolveCommand(command: string): readonly [string, ...string[]] {
  const [program, ...words] = command.split(' ');
  if (program === 'node') return [process.execPath, ...words];
  if (program !== 'npx') throw new Error(`not a command of a reader: ${command}`);
  return words[0] === 'sharemesh'
    ? [process.execPath, 'node_modules/sharemesh/bin/sharemesh.js', ...words.slice(1)]
    : ['npx', '--no-install', ...words];
}

const execute = promisify(execFile);

/** Run a command to its end. */
export async function run(command: string, cwd: string): Promise<string> {
  const [program, ...words] = resolveCommand(command);
  return (await execute(program, words, { cwd })).stdout;
}

export interface RunningCommand {
  stop(): Promise<void>;
}

/** Start a command that serves, and wait until it says that it is ready. */
export async function start(command: string, cwd: string): Promise<RunningCommand> {
  const [program, ...words] = resolveCommand(command);
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('ready')) continue;
    child.stdout.resume();
    return { stop };
  }
  throw new Error(`${command} ended: ${complaint}`);
}

/** Ports that nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
