import type { RlweKernels } from '@sharemesh/kernels/rlwe';
import type { LayerPlan } from '../linear/layer-plan.ts';
import type { RingParameters } from '../ring/parameters.ts';

const utf8 = new TextEncoder();
const DOMAIN = 2;

/** Stands for a ring: what a public key is made for. */
export const ringBinding = (kernels: RlweKernels, { degree, moduli }: RingParameters): Uint8Array =>
  digest(kernels, ['sharemesh v1 rlwe ring', degree, ...moduli]);

/** Stands for a layer's plan: what a ciphertext is made for. */
export function planBinding(kernels: RlweKernels, plan: LayerPlan): Uint8Array {
  const { parameters, layer, shape, encoding } = plan;
  const fields = [
    ['sharemesh v1 rlwe layer', plan.scheme, plan.tier, parameters.degree, ...parameters.moduli],
    [layer.rows, layer.columns, layer.weightBits, layer.maxRowSum, plan.weightShift],
    [shape.blockRows, shape.blockColumns, shape.batchRows, encoding.inputBits, encoding.scaleBits],
    [plan.floodBits ?? -1, plan.replyLimbs, plan.replyDrop],
  ];
  return digest(kernels, fields.flat());
}

const digest = (kernels: RlweKernels, fields: readonly (string | number)[]) =>
  kernels.turboShake128(utf8.encode(fields.join('|')), DOMAIN, 16);
