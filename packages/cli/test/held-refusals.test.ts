import { MeshError } from '@sharemesh/client';
import type { Client } from '@sharemesh/client';
import { digitsBundle } from '@sharemesh/model/demo';
import { describe, expect, test } from 'vitest';
import { HeldRefusals } from '../src/demo/held-refusals.ts';
import { inferManyDigits } from '../src/demo/many-digits.ts';

const outOfRange = () => Promise.reject(new MeshError('OUTPUT_OUT_OF_RANGE', 'row 0'));

describe('errors about values', () => {
  test('are held until the end, the first of them', async () => {
    const refusals = new HeldRefusals();
    expect(await refusals.hold(Promise.resolve(7))).toBe(7);
    refusals.release();
    expect(await refusals.hold(outOfRange())).toBeUndefined();
    expect(await refusals.hold(outOfRange())).toBeUndefined();
    expect(() => refusals.release()).toThrow(expect.objectContaining({ code: 'OUTPUT_OUT_OF_RANGE' }));
  });

  test('are told from those that servers cause, which end a run at once', async () => {
    const refusals = new HeldRefusals();
    const down = Promise.reject(new MeshError('CONNECTION_FAILED', 'x', { party: 'http://a' }));
    await expect(refusals.hold(down)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    refusals.release();
  });

  test('leave the number of a demo’s inferences as it is', async () => {
    const asked = async (failing: (k: number) => boolean) => {
      let calls = 0;
      const infer = () =>
        failing(calls++) ? outOfRange() : Promise.resolve({ output: new Float64Array(10), report: {} });
      const end = await inferManyDigits({ infer } as unknown as Client, digitsBundle()).catch(
        (error: unknown) => error,
      );
      return { calls, end };
    };
    const [well, once, always] = [
      await asked(() => false),
      await asked((k) => k === 3),
      await asked(() => true),
    ];
    expect([once.calls, always.calls]).toEqual([well.calls, well.calls]);
    expect(well.end).toMatchObject({ reports: expect.objectContaining({ length: well.calls }) });
    for (const { end } of [once, always]) expect(end).toMatchObject({ code: 'OUTPUT_OUT_OF_RANGE' });
  });
});
