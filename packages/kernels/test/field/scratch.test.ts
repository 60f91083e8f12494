import { expect, test } from 'vitest';
import { Scratch } from '../../src/field/wasm/scratch.ts';

const PAGE = 65536;

test('scratch lies above page 0, and grows the memory only by what is missing', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const space = new Scratch(memory);
  for (const [length, pages] of [
    [0, 1],
    [8, 2],
    [PAGE, 2],
    [100, 2],
    [PAGE + 1, 3],
  ] as const) {
    expect(space.scratch(length)).toBe(PAGE);
    expect(memory.buffer.byteLength).toBe(pages * PAGE);
    expect(space.bytes).toHaveLength(pages * PAGE);
  }
  expect(() => space.scratch(4 * PAGE)).toThrow(RangeError);
});
