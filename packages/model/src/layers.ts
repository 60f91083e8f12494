import type { Activation } from '@sharemesh/wire';

/** A dense layer in real numbers: activation(W·x + bias). */
export interface FloatLayer {
  readonly inputSize: number;
  readonly outputSize: number;
  /** outputSize × inputSize, row-major. */
  readonly weights: Float64Array | Float32Array;
  /** outputSize values. */
  readonly bias: ArrayLike<number>;
  readonly activation: Activation;
}
