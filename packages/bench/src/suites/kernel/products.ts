import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { FieldKernels } from '@sharemesh/kernels/field';
import { quantizeRows } from '@sharemesh/model';
import type { FloatLayer, WeightBits } from '@sharemesh/model';
import { randomField } from '@sharemesh/shares';
import { interleave } from '../../measure/interleave.ts';
import type { Contender, Samples } from '../../measure/interleave.ts';
import { ratioOf, summarize } from '../../measure/statistics.ts';
import { inputColumns, weightMatrix } from '../../peers/ml-matrix.ts';
import type { OnnxRuntime } from '../../peers/onnxruntime.ts';
import { randomInputs, randomLayers } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Figure, Target } from '../../figure.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';

const ONE_PLANE = 'Sharemesh, 14-bit weights';
const TWO_PLANES = 'Sharemesh, 28-bit weights';
const ONNX = 'ONNX Runtime, float32';
const MATRIX = 'ml-matrix, float64';

/** Which quotient of which two engines is a figure, and at which shape and batch. */
const ratios: readonly (readonly [Target, shape: string, batch: number, of: string, over: string])[] = [
  [targets.vectorOnnx784, '784x128', 1, ONE_PLANE, ONNX],
  [targets.vectorOnnx1024, '1024x1024', 1, ONE_PLANE, ONNX],
  [targets.vectorOnnx4096, '4096x4096', 1, ONE_PLANE, ONNX],
  [targets.vectorMatrix1024, '1024x1024', 1, MATRIX, ONE_PLANE],
  [targets.vectorMatrix4096, '4096x4096', 1, MATRIX, ONE_PLANE],
  [targets.batchMatrix1024, '1024x1024', 64, MATRIX, ONE_PLANE],
  [targets.twoPlanes, '1024x1024', 1, TWO_PLANES, ONE_PLANE],
];

/** One product by every engine, in turn, on this thread. */
export async function measureProducts(lab: Lab, shape: Shape, batch: number): Promise<void> {
  const { record, onnx, productPace, signal } = lab;
  const [layer] = randomLayers(shape) as [FloatLayer];
  const inputs = randomInputs(shape, batch);
  const kernels = await loadFieldKernels();
  if (kernels.implementation === 'plain') {
    record.note('WebAssembly SIMD is not available here: the kernels run in plain TypeScript.');
  }
  const own = ([14, 28] as const).map((bits) => ownProduct(kernels, layer, batch, bits));
  const contenders: Contender[] = [
    ...own,
    ...(onnx ? [await onnxProduct(onnx, layer, inputs, batch)] : []),
    matrixProduct(layer, inputs, batch),
  ];
  const samples = await interleave(contenders, productPace, signal);
  for (const { release } of own) release();

  for (const [engine, times] of samples) {
    record.products.push({ shape: shape.title, batch, engine, time: summarize(times) });
  }
  for (const [target, shapeId, rows, of, over] of ratios) {
    if (shape.id === shapeId && batch === rows) recordRatio(lab, target, samples, [of, over]);
  }
}

function ownProduct(kernels: FieldKernels, layer: FloatLayer, batch: number, bits: WeightBits) {
  const { weights, outputSize, inputSize } = layer;
  const { planes } = quantizeRows(weights as Float32Array, outputSize, inputSize, bits);
  const matrix = kernels.packMatrix(planes, outputSize, inputSize);
  const x = randomField(batch * inputSize);
  const y = new BigUint64Array(batch * outputSize);
  return {
    name: bits === 14 ? ONE_PLANE : TWO_PLANES,
    run: () => kernels.matmulInto(y, matrix, x, batch),
    release: () => kernels.releaseMatrix(matrix),
  };
}

async function onnxProduct(
  onnx: OnnxRuntime,
  layer: FloatLayer,
  inputs: Float64Array,
  batch: number,
): Promise<Contender> {
  const session = await onnx.open([layer], { bias: false });
  const x = session.tensor(Float32Array.from(inputs), batch);
  return { name: ONNX, run: () => session.run(x) };
}

function matrixProduct(layer: FloatLayer, inputs: Float64Array, batch: number): Contender {
  const weights = weightMatrix(layer);
  const columns = inputColumns(inputs, batch);
  return { name: MATRIX, run: () => weights.mmul(columns) };
}

function recordRatio(
  { record }: Lab,
  target: Target,
  samples: Samples,
  [of, over]: readonly [string, string],
): void {
  const [a, b] = [samples.get(of), samples.get(over)];
  if (!a || !b) return;
  const values = [
    { title: of, value: summarize(a).median },
    { title: over, value: summarize(b).median },
  ];
  const sides: NonNullable<Figure['sides']> = { unit: 'ms', values };
  record.ratio(target, ratioOf(a, b), { sides });
}
