import { Heap } from './heap.ts';

/** What assembly/field/index.ts exports. Numbers are byte addresses unless named otherwise. */
export interface FieldExports {
  readonly heapBase: WebAssembly.Global;
  add(a: number, b: number, out: number, length: number): void;
  subtract(a: number, b: number, out: number, length: number): void;
  combine(coefficients: number, vectors: number, count: number, length: number, out: number): void;
  dot(a: number, b: number, length: number): bigint;
  isCanonical(v: number, length: number): number;
  encodeFixed(x: number, out: number, length: number, scale: number): number;
  decodeFixed(y: number, scales: number, out: number, length: number, columns: number): void;
  turboShake128(
    state: number,
    message: number,
    messageLength: number,
    domain: number,
    out: number,
    length: number,
  ): void;
  expandField(state: number, message: number, messageLength: number, out: number, length: number): void;
  acceptWords(words: number, count: number, out: number, filled: number, length: number): number;
  splitGroups(x: number, groups: number): void;
  splitPairs(x: number, pairs: number): void;
  packPair(rows: number, groups: number, pair: number, pairs: number, panels: number): number;
  multiplyPanels(
    panels: number,
    intervals: number,
    pairs: number,
    groups: number,
    block: number,
    x: number,
    batch: number,
    y: number,
    sums: number,
  ): void;
  joinPlanes(y: number, rows: number, batch: number, shift: number): void;
  leftAccumulate(r: number, w: number, pairs: number, groups: number, sums: number): number;
  leftRecombine(sums: number, groups: number, out: number): void;
}

/** The kernels linked to a memory. */
export interface Instance {
  readonly wasm: FieldExports;
  readonly heap: Heap;
  /** Names the memory, so that a matrix in another is refused. */
  readonly store: string;
}

/** Compile embedded WebAssembly and link it to `memory`. */
export async function instantiate(
  base64: string,
  memory: WebAssembly.Memory,
  store: string = newStoreName(),
): Promise<Instance> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return { wasm: instance.exports as unknown as FieldExports, heap: new Heap(memory), store };
}

/** A name no other memory has, in this realm or another. */
export function newStoreName(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
