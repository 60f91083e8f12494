import type { RunningServer, ServerConfig } from '@sharemesh/serving/node';
import { MeshError } from '@sharemesh/wire/errors';

/** A server that `sharemesh serve` runs. */
export interface StartedServer {
  readonly server: RunningServer;
  readonly config: ServerConfig;
  /** How inputs are kept private on it, as the models are listed. */
  readonly schemes: readonly string[];
}

type Settings = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Standard output is for the ready line alone. */
const LOGS = { destination: process.stderr };

/**
 * The server of a scheme: a party of a mesh for `shares`, the bridge for `ckks`, `bfv` or both. One process is one or the
 * other, because its limits and threads are set for one kind of work.
 *
 * @throws MeshError INVALID_CONFIG; what the server throws as it starts
 */
export async function startServer(
  scheme: string,
  settings: Settings,
  environment: Environment,
): Promise<StartedServer> {
  if (scheme === 'shares') {
    const { parseConfig, startShareServer } = await import('@sharemesh/share-server/node');
    const config = parseConfig(settings, environment);
    return { server: await startShareServer(config, LOGS), config, schemes: ['shares'] };
  }
  if (scheme.split(',').includes('shares')) {
    throw new MeshError(
      'INVALID_CONFIG',
      'one server takes shares or ciphertexts (ckks, bfv), not both: start two',
    );
  }
  const { parseConfig, startCkksBridge } = await import('@sharemesh/ckks-bridge/node');
  const config = parseConfig({ ...settings, scheme }, environment);
  return { server: await startCkksBridge(config, LOGS), config, schemes: config.scheme };
}
