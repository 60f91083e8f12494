import type { FieldKernels } from './kernels.ts';
import { choose } from './choose.ts';
import type { LoadFieldKernelsOptions } from './choose.ts';
import { openInstance } from './wasm/instance.ts';
import { createWasmFieldKernels } from './wasm/kernels.ts';
import { wasmBase64 } from './wasm.generated.ts';

let wasm: Promise<FieldKernels> | undefined;

/**
 * The field kernels of this realm, loaded once per implementation.
 *
 * @throws {Error} if `implementation: 'wasm'` is asked for and the host refuses WebAssembly SIMD
 */
export function loadFieldKernels(options: LoadFieldKernelsOptions = {}): Promise<FieldKernels> {
  return choose(options, () => (wasm ??= loadWasm()));
}

async function loadWasm(): Promise<FieldKernels> {
  return createWasmFieldKernels(await openInstance(wasmBase64, new WebAssembly.Memory({ initial: 1 })));
}
