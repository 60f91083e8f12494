import type { FloatLayer } from '@sharemesh/model';

/**
 * Layers as a safetensors file (https://github.com/huggingface/safetensors): le64 length of a JSON header, the header,
 * then the tensors. Weights and biases become float32, `layers.N.weight` [out, in] and `layers.N.bias` [out].
 */
export function writeSafetensors(layers: readonly FloatLayer[]): Uint8Array {
  const header: Record<string, unknown> = {};
  const parts: Float32Array[] = [];
  let at = 0;
  const add = (name: string, shape: readonly number[], values: ArrayLike<number>) => {
    const data = Float32Array.from(values);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] };
    parts.push(data);
    at += data.byteLength;
  };
  for (const [index, { inputSize, outputSize, weights, bias }] of layers.entries()) {
    add(`layers.${index}.weight`, [outputSize, inputSize], weights);
    add(`layers.${index}.bias`, [outputSize], bias);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // spaces behind the JSON, so that the tensors lie at multiples of 8
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + at);
  file.fill(0x20, 8, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(json, 8);
  let offset = 8 + headerLength;
  for (const part of parts) {
    file.set(new Uint8Array(part.buffer), offset);
    offset += part.byteLength;
  }
  return file;
}
