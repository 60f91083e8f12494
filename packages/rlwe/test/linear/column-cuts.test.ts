import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnCuts } from '../../src/linear/block-shape.ts';

/** Every number of blocks, one after the other: each width once, with the fewest blocks that it takes. */
function cutByCut(columns: number, degree: number): [number, number][] {
  const cuts: [number, number][] = [];
  for (let blocks = Math.ceil(columns / degree); blocks <= columns; blocks++) {
    const width = Math.ceil(columns / blocks);
    if (Math.ceil(columns / width) === blocks) cuts.push([width, blocks]);
  }
  return cuts;
}

const degrees = [1_024, 2_048, 4_096, 8_192];

test('the ways to cut columns are those that counting up finds', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.constantFrom(1, 2, 7, ...degrees));
  fc.assert(
    fc.property(sizes, ([columns, degree]) => {
      expect([...columnCuts(columns, degree)]).toEqual(cutByCut(columns, degree));
    }),
    { numRuns: 200 },
  );
});

test('they are few for the widest layer that the wire can name', () => {
  for (const columns of [1, 100, 65_535, 65_536]) {
    for (const degree of degrees) {
      expect([...columnCuts(columns, degree)].length).toBeLessThanOrEqual(2 * Math.sqrt(columns) + 1);
    }
  }
});
