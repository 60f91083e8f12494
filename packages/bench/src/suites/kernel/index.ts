import { costOf, shapes } from '../../shapes.ts';
import type { Scope, Suite } from '../../suite.ts';
import { measureProducts } from './products.ts';

/** Beyond this many multiply-adds a product takes ml-matrix seconds: not in a short run. */
const QUICK_LIMIT = 1.5e8;

export const kernelSuite: Suite = {
  name: 'kernel',
  summary: 'W·x in one thread: the kernels against ONNX Runtime and ml-matrix',
  plan: (scope: Scope) =>
    scope.shapes
      // a product has one matrix
      .filter(({ sizes }) => sizes.length === 2)
      .toSorted((a, b) => shapes.indexOf(a) - shapes.indexOf(b))
      .flatMap((shape) =>
        scope.batches
          .filter((batch) => !scope.quick || costOf(shape) * batch <= QUICK_LIMIT)
          .map((batch) => ({
            name: `kernel/${shape.title}/batch ${batch}`,
            seconds: scope.quick ? 2 : 14,
            run: (lab) => measureProducts(lab, shape, batch),
          })),
      ),
};
