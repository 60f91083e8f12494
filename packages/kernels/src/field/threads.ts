import type { FieldKernels } from './kernels.ts';
import type { Deeds } from './wasm/deeds.ts';
import { newStoreName, openInstance } from './wasm/instance.ts';
import { createWasmFieldKernels } from './wasm/kernels.ts';
import { wasmBase64 } from './wasm-shared.generated.ts';

export { createDeeds } from './wasm/deeds.ts';
export type { Deeds };

/** Matrices for several threads: plain data for `postMessage` or `workerData`, as are the matrices in it. */
export interface MatrixStore {
  /** Shared; grows by what is packed, and by each thread's working space. */
  readonly memory: WebAssembly.Memory;
  readonly name: string;
}

/** Field kernels whose packed matrices other threads can use without a copy. */
export interface SharedFieldKernels extends FieldKernels {
  readonly store: MatrixStore;
}

/**
 * Kernels over a new shared memory. Pack on this thread, post `store` and the matrices, and have each worker call
 * `attachFieldKernels`. Free a matrix here, once no thread uses it.
 *
 * @throws {Error} where WebAssembly SIMD or shared memory is not allowed
 */
export function createSharedFieldKernels(): Promise<SharedFieldKernels> {
  // 65536 pages, 4 GiB, is address space only: pages cost memory when they are grown and written.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  return attachFieldKernels({ memory, name: newStoreName() });
}

/**
 * Kernels on this thread over the memory of `createSharedFieldKernels` on another. They accept its matrices; each
 * thread works in pages of its own, so all may compute at once.
 *
 * @param deeds from `createDeeds`, for one thread at a time: the thread that gets them after it has ended works in its
 *   pages, which would be lost otherwise
 */
export async function attachFieldKernels(store: MatrixStore, deeds?: Deeds): Promise<SharedFieldKernels> {
  const instance = await openInstance(wasmBase64, store.memory, store.name, deeds);
  return { ...createWasmFieldKernels(instance), store };
}
