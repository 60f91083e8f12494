/** How one element of a floating-point dtype is read, little-endian. */
const readers: Record<string, { width: number; read: (view: DataView, at: number) => number }> = {
  F64: { width: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { width: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { width: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  BF16: { width: 2, read: (view, at) => bfloatToNumber(view.getUint16(at, true)) },
};

/** The other dtypes of the format: not imported, but their sizes are checked all the same. */
const otherWidths: Record<string, number> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  U32: 4,
  I32: 4,
  U64: 8,
  I64: 8,
};

/** The dtypes whose values can become weights. */
export const importedDtypes: readonly string[] = Object.keys(readers);

/** Bytes of an element; undefined for a dtype that this reader does not know. */
export function bytesPerElement(dtype: string): number | undefined {
  if (Object.hasOwn(readers, dtype)) return readers[dtype]!.width;
  return Object.hasOwn(otherWidths, dtype) ? otherWidths[dtype] : undefined;
}

/** The values of a tensor whose dtype is one of `importedDtypes`; float64 holds all of them exactly. */
export function toReals(dtype: string, data: Uint8Array): Float64Array {
  const { width, read } = readers[dtype]!;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values = new Float64Array(data.length / width);
  for (let k = 0; k < values.length; k++) values[k] = read(view, k * width);
  return values;
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a binary32. */
function bfloatToNumber(bits: number): number {
  scratch.setUint32(0, bits * 2 ** 16);
  return scratch.getFloat32(0);
}
