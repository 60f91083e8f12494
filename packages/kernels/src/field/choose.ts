import type { FieldKernels, VectorKernels } from './kernels.ts';

export interface LoadFieldKernelsOptions {
  /** Insist on one implementation. By default: WebAssembly where the host allows it, else plain TypeScript. */
  readonly implementation?: FieldKernels['implementation'];
}

let plain: Promise<FieldKernels> | undefined;

/** The implementation asked for, or the best that the host allows; the plain twin has the kernels of both modules. */
export function choose<Kernels extends VectorKernels>(
  { implementation }: LoadFieldKernelsOptions,
  loadWasm: () => Promise<Kernels>,
): Promise<Kernels | FieldKernels> {
  if (implementation === 'plain') return loadPlain();
  const wasm = loadWasm();
  return implementation === 'wasm' ? wasm : wasm.catch(loadPlain);
}

/** Imported on demand, so that a bundler keeps the plain twin and its hash out of the common path. */
function loadPlain(): Promise<FieldKernels> {
  return (plain ??= import('./plain.ts').then(({ createPlainFieldKernels }) => createPlainFieldKernels()));
}
