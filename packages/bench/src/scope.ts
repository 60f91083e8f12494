import { shapeById, shapes } from './shapes.ts';
import type { Scope } from './suite.ts';

/** What the command line may narrow. */
export interface ScopeChoice {
  readonly quick?: boolean | undefined;
  /** Ids of shapes. */
  readonly shapes?: readonly string[] | undefined;
  readonly batches?: readonly number[] | undefined;
  readonly parties?: readonly number[] | undefined;
  readonly rtts?: readonly number[] | undefined;
}

/**
 * What a run measures unless it is told otherwise: everything, or with `quick` enough of it for every figure.
 * @throws {RangeError} for a shape there is not
 */
export function scopeOf({ quick = false, ...choice }: ScopeChoice): Scope {
  const wanted = choice.shapes ?? shapes.map(({ id }) => id);
  return {
    quick,
    shapes: wanted.map((id) => {
      const shape = shapeById(id);
      if (!shape)
        throw new RangeError(`there is no shape ${id}; there are ${shapes.map((s) => s.id).join(', ')}`);
      return shape;
    }),
    batches: choice.batches ?? (quick ? [1, 64] : [1, 8, 64]),
    parties: choice.parties ?? (quick ? [2, 3] : [2, 3, 5]),
    rtts: choice.rtts ?? (quick ? [0, 10] : [0, 1, 10, 40]),
  };
}
