import { seededRandom } from '@sharemesh/model/demo';
import type { FloatLayer } from '@sharemesh/model';

/** A model by its sizes. */
export interface Shape {
  /** As it is typed: `--shape 784x128`. */
  readonly id: string;
  /** As it is read. */
  readonly title: string;
  /** Input size, then the output size of each layer. */
  readonly sizes: readonly number[];
}

const single = (input: number, output: number): Shape => ({
  id: `${input}x${output}`,
  title: input === output ? `${input}²` : `${input}→${output}`,
  sizes: [input, output],
});

/** A logistic regression of eight features: what is left of a call when there is next to nothing to compute. */
export const logistic = single(8, 1);

/** 784→128→128→10 with ReLU: the network that CrypTen, TF Encrypted, MP-SPDZ and Orion all report. */
export const networkA: Shape = { id: 'network-a', title: 'Network A', sizes: [784, 128, 128, 10] };

/** Every shape the suites know, small to large. */
export const shapes: readonly Shape[] = [
  single(256, 10),
  single(784, 128),
  networkA,
  single(1024, 1024),
  single(4096, 4096),
];

export const shapeById = (id: string): Shape | undefined => shapes.find((shape) => shape.id === id);

/** Multiply-adds for one row. */
export const costOf = ({ sizes }: Shape): number =>
  sizes.slice(1).reduce((total, output, k) => total + output * sizes[k]!, 0);

/**
 * Layers of a shape with weights like a trained layer's: a bell, of variance 1/inputs. ReLU between layers. The same
 * seed gives the same layers. (The kernels take fewer carries the fewer large weights there are; among uniform ones
 * there are many, and 784→128 takes about a tenth longer.)
 */
export function randomLayers({ sizes }: Shape, seed = 1): FloatLayer[] {
  const random = seededRandom(seed);
  return sizes.slice(1).map((outputSize, index): FloatLayer => {
    const inputSize = sizes[index]!;
    const deviation = Math.sqrt(1 / inputSize);
    const draw = () => random.bell(deviation);
    return {
      inputSize,
      outputSize,
      weights: Float32Array.from({ length: inputSize * outputSize }, draw),
      bias: Float32Array.from({ length: outputSize }, draw),
      activation: { type: index === sizes.length - 2 ? 'identity' : 'relu' },
    };
  });
}

/** `batch` rows of inputs in [0, 1), row-major. */
export function randomInputs({ sizes }: Shape, batch: number, seed = 2): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: batch * sizes[0]! }, () => random.uniform(0, 1));
}
