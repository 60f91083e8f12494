import { Session } from 'node:inspector/promises';

/*
 * Import this before the source whose steps are counted: V8 counts blocks only in functions that it compiles while it
 * counts, and reports each of the others as one block.
 */
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/**
 * How many blocks of the project's own source ran while `work` did: loop bodies, branches and functions, each time they
 * were entered. A measure of work that does not depend on the machine. What built-in functions do inside is not seen.
 */
export async function countSteps(work: () => unknown): Promise<number> {
  // starts the counts anew
  await session.post('Profiler.takePreciseCoverage');
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => /\/packages\/[^/]+\/src\//.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((total, { count }) => total + count, 0);
}
