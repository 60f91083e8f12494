import type { FieldKernels } from './kernels.ts';
import { instantiate } from './wasm/instance.ts';
import { createWasmFieldKernels } from './wasm/kernels.ts';
import { wasmBase64 } from './wasm.generated.ts';

export interface LoadFieldKernelsOptions {
  /** Insist on one implementation. By default: WebAssembly where the host allows it, else plain TypeScript. */
  readonly implementation?: FieldKernels['implementation'];
}

let wasm: Promise<FieldKernels> | undefined;
let plain: Promise<FieldKernels> | undefined;

/**
 * The field kernels of this realm, loaded once per implementation.
 *
 * @throws {Error} if `implementation: 'wasm'` is asked for and the host refuses WebAssembly SIMD
 */
export function loadFieldKernels({ implementation }: LoadFieldKernelsOptions = {}): Promise<FieldKernels> {
  if (implementation === 'plain') return (plain ??= loadPlain());
  wasm ??= loadWasm();
  return implementation === 'wasm' ? wasm : wasm.catch(() => (plain ??= loadPlain()));
}

async function loadWasm(): Promise<FieldKernels> {
  return createWasmFieldKernels(await instantiate(wasmBase64, new WebAssembly.Memory({ initial: 1 })));
}

/** Imported on demand, so that a bundler keeps the plain twin and its hash out of the common path. */
async function loadPlain(): Promise<FieldKernels> {
  const { createPlainFieldKernels } = await import('./plain.ts');
  return createPlainFieldKernels();
}
