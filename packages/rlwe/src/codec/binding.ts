import type { RlweKernels } from '@sharemesh/kernels/rlwe';
import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import type { LayerPlan } from '../linear/layer-plan.ts';
import type { RingParameters } from '../ring/parameters.ts';

const utf8 = new TextEncoder();
const DOMAIN = 2;

/** Stands for the flooding noise of a plan without any. */
const NO_FLOOD = -1;

/** Stands for a ring: what a public key is made for. */
export const ringBinding = (kernels: RlweKernels, { degree, moduli }: RingParameters): Uint8Array =>
  digest(kernels, ['sharemesh v1 rlwe ring', degree, ...moduli]);

/** Stands for a layer's plan: what a ciphertext is made for. */
export function planBinding(kernels: RlweKernels, plan: LayerPlan): Uint8Array {
  const { parameters, layer, shape, encoding, floodBits } = plan;
  if (floodBits !== undefined) requireInteger('the bits of the flooding noise', floodBits, 0, 1023);
  const fields = [
    ['sharemesh v1 rlwe layer', plan.scheme, plan.tier, parameters.degree, ...parameters.moduli],
    [layer.rows, layer.columns, layer.weightBits, layer.maxRowSum, plan.weightShift],
    [shape.blockRows, shape.blockColumns, shape.batchRows, encoding.inputBits, encoding.scaleBits],
    [floodBits ?? NO_FLOOD, plan.replyLimbs, plan.replyDrop],
  ];
  return digest(kernels, fields.flat());
}

/**
 * The digest of the fields, joined by `|`. Only the list of moduli has no fixed length, so that their number follows
 * from that of all fields: two plans never give the same text.
 */
function digest(kernels: RlweKernels, fields: readonly (string | number)[]): Uint8Array {
  for (const field of fields) {
    if (typeof field === 'number')
      requireInteger('a parameter', field, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    else if (!/^[a-z][a-z0-9 -]*$/.test(field))
      throw new MeshError('INVALID_INPUT', 'a parameter has an unknown name');
  }
  return kernels.turboShake128(utf8.encode(fields.join('|')), DOMAIN, 16);
}
