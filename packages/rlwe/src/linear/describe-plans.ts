import { MeshError } from '@sharemesh/wire/errors';
import type { EncryptionParameters } from '@sharemesh/wire';
import { residueBits } from '../ring/parameters.ts';
import type { LayerPlan } from './layer-plan.ts';

/** A model's plans as GET /v1/models lists them. */
export function describePlans(plans: readonly LayerPlan[]): EncryptionParameters {
  const { tier, parameters } = plans[0]!;
  return {
    tier,
    poly_modulus_degree: parameters.degree,
    coeff_modulus_bits: parameters.moduli.map(residueBits),
    coeff_moduli: [...parameters.moduli],
    scale: plans.map(({ encoding }) => encoding.scaleBits),
    max_multiplicative_depth: 1,
  };
}

/**
 * Does a server announce the parameters that these plans have? Both sides find them on their own.
 * @throws MeshError PARAMETER_MISMATCH
 */
export function assertAnnounced(
  plans: readonly LayerPlan[],
  announced: readonly EncryptionParameters[] | undefined,
): void {
  const ours = describePlans(plans);
  const theirs = announced?.find(({ tier }) => tier === ours.tier);
  if (!theirs) throw new MeshError('PARAMETER_MISMATCH', `the server does not offer the ${ours.tier} tier`);
  const same =
    theirs.poly_modulus_degree === ours.poly_modulus_degree &&
    String(theirs.coeff_moduli) === String(ours.coeff_moduli) &&
    String(theirs.scale) === String(ours.scale);
  if (!same) throw new MeshError('PARAMETER_MISMATCH', 'the server announces other encryption parameters');
}
