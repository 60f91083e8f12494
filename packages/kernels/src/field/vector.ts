export { P } from './kernels.ts';
export type { FieldVector, VectorKernels } from './kernels.ts';
export type { LoadFieldKernelsOptions } from './choose.ts';
export { loadVectorKernels } from './load-vector.ts';
