import { arch, availableParallelism, cpus, loadavg, release, totalmem, type, version } from 'node:os';
import { readFile } from 'node:fs/promises';

/** Where the figures come from. */
export interface Machine {
  readonly cpu: string;
  /** Hardware threads this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly arch: string;
  readonly node: string;
  /** Processes that wanted to run, on average over the minute before the run: above a few tenths, others were at work. */
  readonly load: number;
}

export async function describeMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: await systemName(),
    arch: arch(),
    node: process.version,
    load: Math.round(loadavg()[0]! * 100) / 100,
  };
}

/** The distribution's own name on Linux, else the kernel's. */
async function systemName(): Promise<string> {
  const kernel = `${type()} ${release()}`;
  if (process.platform !== 'linux') return `${version()} (${kernel})`;
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1];
  return name === undefined ? kernel : `${name} (${kernel})`;
}
