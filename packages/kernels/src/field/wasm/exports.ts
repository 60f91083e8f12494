/** What assembly/field/vector.ts exports. Numbers are byte addresses unless named otherwise. */
export interface VectorExports {
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
}

/** What assembly/field/index.ts exports. */
export interface FieldExports extends VectorExports {
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
    streamed: boolean,
  ): void;
  joinPlanes(y: number, rows: number, batch: number, shift: number): void;
  leftAccumulate(r: number, w: number, pairs: number, groups: number, sums: number): number;
  leftRecombine(sums: number, groups: number, out: number): void;
}

/** Compile embedded WebAssembly and link it to `memory`. `Exports` is what its source exports. */
export async function instantiate<Exports extends VectorExports>(
  base64: string,
  memory: WebAssembly.Memory,
): Promise<Exports> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as Exports;
}
