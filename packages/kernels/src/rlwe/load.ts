import type { RlweKernels } from './kernels.ts';
import { plainRlweKernels } from './plain.ts';
import { wasmRlweKernels } from './wasm.ts';

/** Fresh RLWE kernels with a memory of their own: WebAssembly SIMD where there is such, else plain TypeScript. */
export async function loadRlweKernels(): Promise<RlweKernels> {
  try {
    return await wasmRlweKernels();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainRlweKernels();
    throw error;
  }
}
