export { P } from './kernels.ts';
export type { FieldKernels, FieldVector, PackedMatrix, VectorKernels } from './kernels.ts';
export { loadFieldKernels } from './load.ts';
export type { LoadFieldKernelsOptions } from './choose.ts';
