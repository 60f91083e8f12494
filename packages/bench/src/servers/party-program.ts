import type { ProcessGroup, ServerProcess } from './process-group.ts';

/** The command that runs a party: `node …/sharemesh.js`, and whether it runs what was built or the sources. */
export interface PartyProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly built: boolean;
}

/** Start one party, as anyone would: `sharemesh serve`. @param folders of its model bundles */
export const startParty = (
  processes: ProcessGroup,
  party: PartyProgram,
  folders: readonly string[],
  index: number,
): Promise<ServerProcess> => serve(processes, party, folders, ['--operator', `party ${index + 1}`]);

/** Start a server for ciphertexts, likewise: both schemes, both tiers. */
export const startBridge = (
  processes: ProcessGroup,
  party: PartyProgram,
  folders: readonly string[],
): Promise<ServerProcess> =>
  serve(processes, party, folders, ['--scheme', 'ckks,bfv', '--tiers', 'circuit-private,public-model']);

function serve(
  processes: ProcessGroup,
  { program, args, built }: PartyProgram,
  folders: readonly string[],
  flags: readonly string[],
): Promise<ServerProcess> {
  const models = folders.flatMap((folder) => ['--model', folder]);
  const common = ['serve', '--json', '--port', '0', '--log-level', 'error'];
  const env = built ? { BENCH_BUILT: '1' } : {};
  return processes.start(program, [...args, ...common, ...flags, ...models], env);
}
