import { suites } from './suites/index.ts';
import type { Scope, Step } from './suite.ts';

/** The steps of these suites whose names contain `filter`, in order. @throws {RangeError} for a suite there is not */
export async function planSteps(
  names: readonly string[],
  scope: Scope,
  filter?: string,
): Promise<readonly Step[]> {
  const planned: Step[] = [];
  for (const name of names) {
    const load = suites[name];
    if (!load) throw new RangeError(`there is no suite ${name}; there are ${Object.keys(suites).join(', ')}`);
    planned.push(...(await load()).plan(scope));
  }
  const wanted = filter?.toLowerCase();
  return wanted === undefined ? planned : planned.filter(({ name }) => name.toLowerCase().includes(wanted));
}
