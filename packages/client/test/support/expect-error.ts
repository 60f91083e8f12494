import { expect } from 'vitest';
import { MeshError } from '@sharemesh/client';

/** Run what must fail with a MeshError of this code, and hand the error on. */
export async function failure(work: Promise<unknown>, code: string): Promise<MeshError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome, 'it succeeded').toBeDefined();
  if (!MeshError.is(outcome)) throw outcome;
  expect(outcome.code, outcome.message).toBe(code);
  return outcome;
}
