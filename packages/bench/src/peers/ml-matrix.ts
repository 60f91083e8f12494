import { Matrix } from 'ml-matrix';
import type { FloatLayer } from '@sharemesh/model';

/** A layer's weights as ml-matrix holds them, float64. */
export const weightMatrix = ({ weights, inputSize, outputSize }: FloatLayer): Matrix =>
  Matrix.from1DArray(outputSize, inputSize, weights);

/**
 * Inputs with one column for each row of the batch: W·X is how ml-matrix is fastest, a third faster at 1024² than the
 * same product with the weights on the right.
 *
 * @param x batch × inputs, row-major
 */
export function inputColumns(x: ArrayLike<number>, batch: number): Matrix {
  const width = x.length / batch;
  const columns = new Matrix(width, batch);
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < width; j++) columns.set(j, b, x[b * width + j]!);
  }
  return columns;
}

export interface MatrixModel {
  /** batch × outputs, row-major, of batch × inputs. */
  infer(x: ArrayLike<number>, batch: number): Float64Array;
}

/** A model in ml-matrix: plain JavaScript, float64. @throws {RangeError} for activations other than identity and relu */
export function matrixModel(layers: readonly FloatLayer[]): MatrixModel {
  const prepared = layers.map((layer) => {
    const { type } = layer.activation;
    if (type !== 'identity' && type !== 'relu') throw new RangeError(`no ${type} here`);
    return { weights: weightMatrix(layer), bias: Array.from(layer.bias), relu: type === 'relu' };
  });
  return {
    infer(x, batch) {
      let values = inputColumns(x, batch);
      for (const { weights, bias, relu } of prepared) {
        values = weights.mmul(values).addColumnVector(bias);
        if (relu) clampBelow(values);
      }
      return rowsOf(values);
    },
  };
}

function clampBelow(values: Matrix): void {
  for (let i = 0; i < values.rows; i++) {
    for (let b = 0; b < values.columns; b++) if (values.get(i, b) < 0) values.set(i, b, 0);
  }
}

/** The columns one after the other. */
function rowsOf(values: Matrix): Float64Array {
  const { rows, columns } = values;
  const flat = new Float64Array(rows * columns);
  for (let b = 0; b < columns; b++) {
    for (let i = 0; i < rows; i++) flat[b * rows + i] = values.get(i, b);
  }
  return flat;
}
