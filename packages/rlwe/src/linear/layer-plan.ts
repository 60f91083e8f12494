import { MeshError } from '@sharemesh/wire/errors';
import { maxPrivateOutputs } from '../encryption/key-leakage.ts';
import { NO_NOISE, floodBits, maskNoise, plus, productNoise, roundingNoise, scaled } from '../ring/noise.ts';
import type { Noise } from '../ring/noise.ts';
import { PARAMETER_SETS, modulusBits } from '../ring/parameters.ts';
import type { RingParameters, Tier } from '../ring/parameters.ts';
import type { Encoding, HeScheme } from '../schemes/he-scheme.ts';
import { schemes } from '../schemes/index.ts';
import type { SchemeName } from '../schemes/index.ts';
import { chooseShape } from './block-shape.ts';
import type { BlockShape } from './block-shape.ts';

/** What is public about a layer W, m × d integers. */
export interface LayerInfo {
  readonly rows: number;
  readonly columns: number;
  /** 14: |w| ≤ 8191. 28: |w| < 2^27. */
  readonly weightBits: 14 | 28;
  /** L = max_i Σ_j |w_ij|. */
  readonly maxRowSum: number;
}

/** How one layer is computed: a function of what is public, so that both sides find the same. */
export interface LayerPlan {
  readonly scheme: SchemeName;
  readonly tier: Tier;
  readonly layer: LayerInfo;
  readonly parameters: RingParameters;
  readonly shape: BlockShape;
  readonly encoding: Encoding;
  /** Low bits that are rounded off the weights (ckks with 28-bit weights). */
  readonly weightShift: number;
  /** Bound of Σ_j |w_ij| after that. */
  readonly rowSum: number;
  /** Flooding noise is uniform on [−2^g, 2^g); undefined in the public-model tier. */
  readonly floodBits: number | undefined;
  /** Primes a reply keeps. */
  readonly replyLimbs: number;
  /** Low bits its c1 loses. */
  readonly replyDrop: number;
  /** Bound of the noise modulo the reply's modulus. */
  readonly replyNoise: number;
}

/**
 * Plan every layer of a model in the first parameter set that all of them fit.
 * @throws MeshError PARAMETER_MISMATCH when there is none: the model is refused before anything is computed
 */
export function planModel(layers: readonly LayerInfo[], scheme: SchemeName, tier: Tier): LayerPlan[] {
  for (const parameters of PARAMETER_SETS[tier]) {
    const plans = layers.map((layer) => planLayer(layer, scheme, tier, parameters));
    if (plans.every((plan) => plan !== undefined)) return plans;
  }
  throw new MeshError(
    'PARAMETER_MISMATCH',
    `no parameter set of the ${tier} tier holds this model under ${scheme}`,
  );
}

/** The plan of one layer in these parameters, or undefined when it would not be precise enough. */
export function planLayer(
  layer: LayerInfo,
  schemeName: SchemeName,
  tier: Tier,
  parameters: RingParameters,
): LayerPlan | undefined {
  const scheme = schemes[schemeName];
  let best: LayerPlan | undefined;
  for (let replyLimbs = 1; replyLimbs <= parameters.moduli.length; replyLimbs++) {
    const plan = planReply(layer, scheme, tier, parameters, replyLimbs);
    if (plan && (!best || isBetter(plan.encoding, best.encoding))) best = plan;
    if (best && scheme.satisfies(best.encoding, layer.weightBits)) break;
  }
  return best;
}

/**
 * Binary digits that a plan keeps of an input, counted from the largest of its row: those of the rounded input, and for
 * ckks no more than the bound of the noise leaves of the largest output there can be.
 */
export const significantBits = ({ encoding }: LayerPlan): number =>
  Math.floor(Math.min(encoding.inputBits, -Math.log2(encoding.relativeError)));

const isBetter = (a: Encoding, b: Encoding): boolean =>
  a.inputBits > b.inputBits || a.relativeError < b.relativeError / 2;

function planReply(
  layer: LayerInfo,
  scheme: HeScheme,
  tier: Tier,
  parameters: RingParameters,
  replyLimbs: number,
): LayerPlan | undefined {
  const { degree, moduli } = parameters;
  const circuitPrivate = tier === 'circuit-private';
  const shape = chooseShape(layer.rows, layer.columns, {
    degree,
    limbs: moduli.length,
    replyLimbs,
    maxOutputs: circuitPrivate ? maxPrivateOutputs(parameters) : degree,
    circuitPrivate,
  });

  const weightShift = Math.max(0, layer.weightBits - (scheme.maxWeightBits ?? layer.weightBits));
  const rowSum = Math.max(
    1,
    Math.ceil(layer.maxRowSum / 2 ** weightShift + (weightShift > 0 ? layer.columns / 2 : 0)),
  );
  const largest = 2 ** (layer.weightBits - 1 - weightShift);
  const hidden = plus(
    productNoise({ sum: rowSum * shape.blockRows, largest }),
    circuitPrivate ? maskNoise(degree) : NO_NOISE,
  );
  const flood = circuitPrivate ? floodBits(hidden, layer.rows) : undefined;
  const noise = plus(hidden, flood === undefined ? NO_NOISE : { bound: 2 ** flood, rms: 2 ** flood });

  const common = {
    scheme: scheme.name,
    tier,
    layer,
    parameters,
    shape,
    weightShift,
    rowSum,
    floodBits: flood,
  };
  let best: LayerPlan | undefined;
  for (let replyDrop = 0; replyDrop <= (replyLimbs === 1 ? 12 : 0); replyDrop++) {
    const reply = replyNoise(noise, parameters, replyLimbs, replyDrop);
    const encoding = scheme.fit({
      modulusBits: modulusBits(moduli),
      noise: noise.bound,
      replyModulusBits: modulusBits(moduli.slice(0, replyLimbs)),
      replyNoise: reply.bound,
      rowSum,
    });
    const accepts = replyDrop === 0 ? scheme.suffices : scheme.hasToSpare;
    if (!encoding || !accepts(encoding, layer.weightBits)) break;
    best = { ...common, encoding, replyLimbs, replyDrop, replyNoise: reply.bound };
  }
  return best;
}

/** The noise of a reply: divided by the dropped primes, and rounded each time. */
function replyNoise(noise: Noise, { degree, moduli }: RingParameters, kept: number, drop: number): Noise {
  let reply = noise;
  for (let last = moduli.length - 1; last >= kept; last--) {
    reply = plus(scaled(reply, moduli[last]!), roundingNoise(degree));
  }
  return drop === 0 ? reply : plus(reply, roundingNoise(degree, 2 ** drop));
}
