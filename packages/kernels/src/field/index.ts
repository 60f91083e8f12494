export { P } from './kernels.ts';
export type { FieldKernels, FieldVector, PackedMatrix } from './kernels.ts';
export { loadFieldKernels } from './load.ts';
export type { LoadFieldKernelsOptions } from './load.ts';
