/** A tensor to put into a file. */
export interface TestTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export const f32 = (shape: number[], values: number[]): TestTensor => ({
  dtype: 'F32',
  shape,
  data: new Uint8Array(Float32Array.from(values).buffer),
});

/** A file with this header and this data, whether they fit or not. */
export function fileOf(
  header: string | Uint8Array,
  data: Uint8Array = new Uint8Array(0),
  length?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** A sound file that holds these tensors one after the other. */
export function writeSafetensors(
  tensors: Readonly<Record<string, TestTensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  const data: number[] = [];
  for (const [name, tensor] of Object.entries(tensors)) {
    const begin = data.length;
    data.push(...tensor.data);
    header[name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, data.length] };
  }
  return fileOf(JSON.stringify(header), Uint8Array.from(data));
}
