import { choose } from './choose.ts';
import type { LoadFieldKernelsOptions } from './choose.ts';
import type { VectorKernels } from './kernels.ts';
import { instantiate } from './wasm/exports.ts';
import { Scratch } from './wasm/scratch.ts';
import { createWasmVectorKernels } from './wasm/vector-kernels.ts';
import { wasmBase64 } from './wasm-vector.generated.ts';

let wasm: Promise<VectorKernels> | undefined;

/**
 * The kernels on vectors, loaded once per realm and implementation: less than half of what `loadFieldKernels` brings.
 *
 * @throws {Error} if `implementation: 'wasm'` is asked for and the host refuses WebAssembly SIMD
 */
export function loadVectorKernels(options: LoadFieldKernelsOptions = {}): Promise<VectorKernels> {
  return choose(options, () => (wasm ??= loadWasm()));
}

async function loadWasm(): Promise<VectorKernels> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return createWasmVectorKernels(await instantiate(wasmBase64, memory), new Scratch(memory));
}
