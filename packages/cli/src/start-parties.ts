import { spawnServers } from './spawn-servers.ts';
import type { SpawnedServers } from './spawn-servers.ts';

export interface StartPartiesOptions {
  /** Processes to start, one for each party. */
  readonly parties: number;
  /** Folders of the model bundles that each of them serves. */
  readonly models: readonly string[];
  /** More flags for `sharemesh serve`. */
  readonly flags?: readonly string[];
}

/** Share servers on this machine, each a process of its own. */
export type Parties = SpawnedServers;

/**
 * Run `sharemesh serve` several times on free ports, and wait until all are ready: for examples, tests and trying out.
 * On one machine they keep nothing private from its owner.
 *
 * @throws MeshError PARTY_FAILED when one of them ends instead; what it said is on stderr
 */
export function startParties({ parties, models, flags = [] }: StartPartiesOptions): Promise<Parties> {
  const folders = models.flatMap((folder) => ['--model', folder]);
  return spawnServers(
    Array.from({ length: parties }, (_, index) => [...folders, '--operator', `party ${index + 1}`, ...flags]),
  );
}
