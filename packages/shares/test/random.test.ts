import { describe, expect, test, vi } from 'vitest';
import * as shares from '../src/index.ts';
import { P, randomField, randomSeed } from '../src/index.ts';
import { randomFieldFrom, systemRandom } from '../src/random.ts';
import { kernels } from './support.ts';

describe('randomness', () => {
  test('comes from crypto.getRandomValues alone, within its quota, for every byte', () => {
    const size = 3 * 65_536 + 8;
    const asked: number[] = [];
    const spy = vi.spyOn(crypto, 'getRandomValues').mockImplementation((target) => {
      asked.push(target!.byteLength);
      (target as unknown as Uint8Array).fill(0xa5);
      return target;
    });
    const forbidden = vi.spyOn(Math, 'random');
    try {
      const bytes = new Uint8Array(size);
      systemRandom(bytes);
      expect(asked).toEqual([65_536, 65_536, 65_536, 8]);
      expect(bytes.every((byte) => byte === 0xa5)).toBe(true);

      asked.length = 0;
      expect(randomSeed()).toEqual(new Uint8Array(32).fill(0xa5));
      expect(randomField(1)).toEqual(BigUint64Array.of(0x05a5_a5a5_a5a5_a5a5n));
      expect(asked).toEqual([32, 8]);
      expect(forbidden).not.toHaveBeenCalled();
    } finally {
      spy.mockRestore();
      forbidden.mockRestore();
    }
  });

  test('elements are canonical: 61 bits of each word, and p itself is drawn again', () => {
    const words = [P, (7n << 61n) | P, (5n << 61n) | 3n, P - 1n, P, 11n, 12n];
    const scripted = (target: Uint8Array) => {
      new BigUint64Array(target.buffer).forEach((_, i, all) => {
        all[i] = words.shift()!;
      });
    };
    // The first four words fill the vector; element 0 is p twice before it is 11, element 1 takes the next.
    expect(randomFieldFrom(scripted, 4)).toEqual(BigUint64Array.of(11n, 12n, 3n, P - 1n));
    expect(words).toEqual([]);
  });

  test('a word is only refused when all of its 61 bits are set', () => {
    const once = (word: bigint) => {
      let calls = 0;
      const vector = randomFieldFrom((target) => {
        calls++;
        new BigUint64Array(target.buffer).fill(word);
      }, 1);
      expect(calls).toBe(1);
      return vector[0];
    };
    expect(once(0xffff_ffffn)).toBe(0xffff_ffffn);
    expect(once(0x1fff_ffff_0000_0000n)).toBe(0x1fff_ffff_0000_0000n);
    expect(once(0x1fff_ffff_ffff_fffen)).toBe(P - 1n);
    expect(once(0x1fff_fffe_ffff_ffffn)).toBe(0x1fff_fffe_ffff_ffffn);
  });

  test('a long vector is canonical and has no element twice', () => {
    const vector = randomField(50_000);
    expect(kernels.isCanonical(vector)).toBe(true);
    expect(new Set(vector).size).toBe(50_000);
    expect(randomField(0)).toHaveLength(0);
  });

  test('the public functions take no other source', () => {
    expect(Object.keys(shares).filter((name) => name.endsWith('From') || name.endsWith('With'))).toEqual([]);
    expect(randomField).toHaveLength(1);
    expect(randomSeed).toHaveLength(0);
    expect(shares.shareAdditive).toHaveLength(3);
    expect(shares.shareShamir).toHaveLength(3);
    expect(shares.drawMasks).toHaveLength(4);
  });
});
