import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlabPool, bytesOf } from '../src/request/slab-pool.ts';
import type { Stretch } from '../src/request/slab-pool.ts';

describe('a pool of memory', () => {
  test('never lends the same bytes twice at once, and aligns them as asked', () => {
    const step = fc.record({
      length: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 70_000 })),
      alignAt: fc.nat({ max: 400 }),
      returns: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = new SlabPool();
        const held: { stretch: Stretch; mark: number }[] = [];
        const intact = ({ stretch, mark }: (typeof held)[number]) =>
          bytesOf(stretch).every((byte) => byte === mark);
        for (const [index, { length, alignAt, returns }] of steps.entries()) {
          const stretch = pool.take(length, alignAt);
          const bytes = bytesOf(stretch);
          expect(bytes).toHaveLength(length);
          expect((bytes.byteOffset + alignAt) % 8).toBe(0);
          bytes.fill(index + 1);
          held.push({ stretch, mark: index + 1 });
          if (returns % 3 === 0) pool.giveBack(held.splice(returns % held.length, 1)[0]!.stretch);
          expect(held.every(intact)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('lends again what came back: one request after the other needs one slab', () => {
    const pool = new SlabPool();
    const memories = new Set<ArrayBuffer>();
    for (let k = 0; k < 1_000; k++) {
      const stretch = pool.take(6_700, 368);
      memories.add(bytesOf(stretch).buffer);
      pool.giveBack(stretch);
    }
    expect(memories.size).toBe(1);
  });

  test('goes through few slabs when the oldest of many comes back first', () => {
    const pool = new SlabPool();
    const memories = new Set<ArrayBuffer>();
    const held: Stretch[] = [];
    for (let k = 0; k < 5_000; k++) {
      const stretch = pool.take(8_000);
      memories.add(bytesOf(stretch).buffer);
      held.push(stretch);
      if (held.length > 200) pool.giveBack(held.shift()!);
    }
    // 200 of 8,000 bytes fill seven slabs of 262,144
    expect(memories.size).toBeLessThan(12);
  });

  test('forgets a slab of which a stretch never came back', () => {
    const pool = new SlabPool();
    const kept = pool.take(1_000);
    bytesOf(kept).fill(7);
    for (let k = 0; k < 2_000; k++) {
      const stretch = pool.take(1_000);
      bytesOf(stretch).fill(0);
      pool.giveBack(stretch);
    }
    expect(bytesOf(kept).every((byte) => byte === 7)).toBe(true);
  });
});
