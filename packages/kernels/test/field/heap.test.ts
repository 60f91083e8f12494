import { expect, test } from 'vitest';
import { Heap } from '../../src/field/wasm/heap.ts';

const PAGE = 65536;
const create = (): { memory: WebAssembly.Memory; heap: Heap } => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 16 });
  return { memory, heap: new Heap(memory) };
};

test('spans are aligned, disjoint, and above the initial page', () => {
  const { heap } = create();
  const spans = [1, 64, 65, 1000, 70_000, 3].map((length) => ({ at: heap.allocate(length), length }));
  for (const { at } of spans) {
    expect(at % 64).toBe(0);
    expect(at).toBeGreaterThanOrEqual(PAGE);
  }
  const sorted = spans.toSorted((a, b) => a.at - b.at);
  for (const [i, { at, length }] of sorted.slice(0, -1).entries()) {
    expect(at + length).toBeLessThanOrEqual(sorted[i + 1]!.at);
  }
});

test('what is released is used again, also when neighbours merge', () => {
  const { memory, heap } = create();
  const spans = Array.from({ length: 8 }, () => heap.allocate(PAGE / 2));
  const pages = memory.buffer.byteLength;
  for (const at of [spans[1]!, spans[3]!, spans[2]!]) heap.release(at);
  expect(heap.allocate(1.5 * PAGE)).toBe(spans[1]);
  for (const at of spans) heap.release(at);
  heap.allocate(2 * PAGE);
  expect(memory.buffer.byteLength).toBe(pages);
});

test('scratch stays where it is until more is asked for, and is nobody else’s', () => {
  const { heap } = create();
  const first = heap.scratch(1000);
  expect(heap.scratch(10)).toBe(first);
  const taken = heap.allocate(PAGE);
  const larger = heap.scratch(100_000);
  expect(heap.scratch(100_000)).toBe(larger);
  expect(larger >= taken + PAGE || larger + 100_000 <= taken).toBe(true);
  // The first space is free again.
  expect(heap.allocate(500)).toBe(first);
});

test('views follow growth', () => {
  const { memory, heap } = create();
  heap.words[1] = 7n;
  heap.allocate(5 * PAGE);
  expect(heap.bytes).toHaveLength(memory.buffer.byteLength);
  expect(heap.words[1]).toBe(7n);
});

test('releasing twice, or what was never allocated, changes nothing', () => {
  const { heap } = create();
  const at = heap.allocate(64);
  heap.release(at);
  heap.release(at);
  heap.release(12_345);
  const [a, b] = [heap.allocate(64), heap.allocate(64)];
  expect(a).not.toBe(b);
});

test('more than the memory may hold is refused, and less still fits', () => {
  const { heap } = create();
  expect(() => heap.allocate(20 * PAGE)).toThrow(RangeError);
  expect(heap.allocate(10 * PAGE)).toBeGreaterThan(0);
});
