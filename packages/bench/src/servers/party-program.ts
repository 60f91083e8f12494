import type { ProcessGroup, ServerProcess } from './process-group.ts';

/** The command that runs a party: `node …/sharemesh.js`, and whether it runs what was built or the sources. */
export interface PartyProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly built: boolean;
}

/** Start one party, as anyone would: `sharemesh serve`. @param folders of its model bundles */
export function startParty(
  processes: ProcessGroup,
  { program, args, built }: PartyProgram,
  folders: readonly string[],
  index: number,
): Promise<ServerProcess> {
  const models = folders.flatMap((folder) => ['--model', folder]);
  const flags = [
    'serve',
    '--json',
    '--port',
    '0',
    '--log-level',
    'error',
    '--operator',
    `party ${index + 1}`,
  ];
  return processes.start(program, [...args, ...flags, ...models], built ? { SHAREMESH_BUILT: '1' } : {});
}
