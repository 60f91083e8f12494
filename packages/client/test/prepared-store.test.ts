import { describe, expect, it } from 'vitest';
import { PreparedStore } from '../src/shares/prepared-store.ts';
import type { Prepared } from '../src/shares/prepared-store.ts';

const prepared = (id: string, lifetime = 1e6): Prepared => ({
  requestIds: [id],
  mask: new BigUint64Array([1n, 2n]),
  reply: new BigUint64Array([3n]),
  expires: performance.now() + lifetime,
});

const erased = ({ mask, reply }: Prepared) => [...mask, ...reply].every((element) => element === 0n);

describe('the store of prepared layers', () => {
  it('gives each out once, the oldest first, by layer and batch', () => {
    const store = new PreparedStore();
    for (const id of ['a', 'b', 'c']) store.put(0, 1, prepared(id));
    store.put(1, 1, prepared('d'));
    store.put(0, 2, prepared('e'));
    const taken = (layer: number, batch: number) => store.take(layer, batch)?.requestIds[0];
    expect([taken(0, 1), taken(0, 1), taken(0, 1), taken(0, 1)]).toEqual(['a', 'b', 'c', undefined]);
    expect([taken(1, 1), taken(1, 1), taken(0, 2), taken(2, 1)]).toEqual(['d', undefined, 'e', undefined]);
  });

  it('erases what is too old instead of giving it out', () => {
    const store = new PreparedStore();
    const old = prepared('old', -1);
    store.put(0, 1, old);
    store.put(0, 1, prepared('fresh'));
    expect(store.take(0, 1)!.requestIds).toEqual(['fresh']);
    expect(erased(old)).toBe(true);
  });

  it('erases everything when it is closed, and what comes later', () => {
    const store = new PreparedStore();
    const [kept, late] = [prepared('kept'), prepared('late')];
    store.put(0, 1, kept);
    store.close();
    store.put(0, 1, late);
    expect(store.take(0, 1)).toBeUndefined();
    expect([kept, late].every(erased)).toBe(true);
  });
});
