import { readFile } from 'node:fs/promises';
import { layersOf } from '../models.ts';
import { matrixModel } from './ml-matrix.ts';
import { ONNX_MISSING, loadOnnxRuntime } from './onnxruntime.ts';

/** What computes in the clear. */
export type PlainEngineName = 'ml-matrix' | 'onnxruntime';

export type PlainEncoding = 'float32' | 'float64';

/** The whole model in the clear, bytes in and bytes out, in the engine's own precision. */
export interface PlainEngine {
  readonly encoding: PlainEncoding;
  /** @param x batch × inputs elements, row-major, at any offset in their buffer */
  infer(x: Uint8Array, batch: number): Uint8Array | Promise<Uint8Array>;
}

/** @throws {Error} where the engine is not installed */
export async function openPlainEngine(name: PlainEngineName, safetensors: string): Promise<PlainEngine> {
  const layers = layersOf(await readFile(safetensors));
  if (name === 'ml-matrix') {
    const model = matrixModel(layers);
    return {
      encoding: 'float64',
      infer: (x, batch) => bytesOf(model.infer(new Float64Array(...aligned(x, 8)), batch)),
    };
  }
  const runtime = await loadOnnxRuntime();
  if (!runtime) throw new Error(ONNX_MISSING);
  const session = await runtime.open(layers);
  return {
    encoding: 'float32',
    infer: async (x, batch) =>
      bytesOf(await session.run(session.tensor(new Float32Array(...aligned(x, 4)), batch))),
  };
}

/** Arguments for a view of elements of `size` bytes; of a copy where the bytes do not lie at a multiple of it. */
function aligned(bytes: Uint8Array, size: number): [ArrayBuffer, number, number] {
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return [buffer as ArrayBuffer, byteOffset, length / size];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
