// The kernels on vectors alone: a module small enough for every page that shares an input.

export { add, subtract, combine, dot, isCanonical } from './residue';
export { encodeFixed, decodeFixed } from './fixed-point';
export { turboShake128, expandField } from './turboshake';
