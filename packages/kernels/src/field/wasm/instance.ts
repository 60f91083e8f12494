import { instantiate } from './exports.ts';
import type { FieldExports } from './exports.ts';
import type { Deeds } from './deeds.ts';
import { Heap } from './heap.ts';

/** All field kernels linked to a memory in which matrices stay. */
export interface Instance {
  readonly wasm: FieldExports;
  readonly heap: Heap;
  /** Names the memory, so that a matrix in another is refused. */
  readonly store: string;
}

/** Compile the module of all kernels and link it to `memory`. */
export async function openInstance(
  base64: string,
  memory: WebAssembly.Memory,
  store: string = newStoreName(),
  deeds?: Deeds,
): Promise<Instance> {
  return { wasm: await instantiate(base64, memory), heap: new Heap(memory, deeds), store };
}

/** A name no other memory has, in this realm or another. */
export function newStoreName(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
