export { P } from './kernels.ts';
export type { FieldKernels, FieldVector, PackedMatrix } from './kernels.ts';
