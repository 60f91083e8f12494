import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveBundle } from '@sharemesh/model/node';
import type { ModelBundle } from '@sharemesh/model';

/** A share server that runs in its own process. */
export interface Party {
  readonly url: string;
  /** End it as an operator would. */
  stop(): Promise<void>;
  /** End it as a power cut would. */
  kill(): Promise<void>;
}

export interface PartiesOptions {
  readonly count: number;
  readonly bundles: readonly ModelBundle[];
  /** More settings of the share server. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface Parties {
  readonly parties: readonly Party[];
  readonly urls: string[];
  stop(): Promise<void>;
}

/** Write the bundles to a folder and serve them from `count` processes, on ports that the system chooses. */
export async function startParties({ count, bundles, config = {} }: PartiesOptions): Promise<Parties> {
  const folder = await mkdtemp(join(tmpdir(), 'sharemesh-mesh-'));
  const models = await Promise.all(
    bundles.map(async (bundle, i) => {
      const path = join(folder, String(i));
      await saveBundle(path, bundle);
      return path;
    }),
  );
  const parties = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      startParty({
        models,
        port: 0,
        logLevel: 'error',
        workers: 1,
        operator: `Operator ${i + 1}`,
        ...config,
      }),
    ),
  );
  return {
    parties,
    urls: parties.map(({ url }) => url),
    async stop() {
      await Promise.all(parties.map((party) => party.stop()));
      await rm(folder, { recursive: true });
    },
  };
}

async function startParty(config: Readonly<Record<string, unknown>>): Promise<Party> {
  const child = fork(new URL('./party-process.ts', import.meta.url), [JSON.stringify(config)], {
    execArgv: ['--conditions=@sharemesh/source', '--import', import.meta.resolve('tsx')],
  });
  const [message] = (await Promise.race([once(child, 'message'), failed(child)])) as [{ url: string }];
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return { url: message.url, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`the party ended with ${code} before it was ready`);
}
