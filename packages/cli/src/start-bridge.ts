import { spawnServers } from './spawn-servers.ts';

export interface StartBridgeOptions {
  /** Folders of the model bundles that it serves. */
  readonly models: readonly string[];
  /** Default `ckks`. */
  readonly schemes?: readonly ('ckks' | 'bfv')[];
  /** More flags for `sharemesh serve`. */
  readonly flags?: readonly string[];
}

/** A server for ciphertexts on this machine, a process of its own. */
export interface BridgeProcess {
  readonly url: string;
  /** End it; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Run `sharemesh serve --scheme ckks` on a free port, and wait until it is ready: for examples, tests and trying out.
 * @throws MeshError PARTY_FAILED when it ends instead; what it said is on stderr
 */
export async function startBridge({
  models,
  schemes = ['ckks'],
  flags = [],
}: StartBridgeOptions): Promise<BridgeProcess> {
  const folders = models.flatMap((folder) => ['--model', folder]);
  const { urls, stop } = await spawnServers([
    [...folders, '--scheme', schemes.join(','), '--operator', 'bridge', ...flags],
  ]);
  return { url: urls[0]!, stop };
}
