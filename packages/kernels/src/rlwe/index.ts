export type { Address, RlweKernels } from './kernels.ts';
export { MAX_MESSAGE_BYTES } from './kernels.ts';
export { loadRlweKernels } from './load.ts';
export { inverseMod, mulMod, powMod } from './modular.ts';
export { reverseBits, smallestPrimitiveRoot, writeNttTables } from './ntt-tables.ts';
export { plainRlweKernels } from './plain.ts';
export { wasmRlweKernels } from './wasm.ts';
