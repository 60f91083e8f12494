import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import { MeshError } from '@sharemesh/wire/errors';
import { planBinding, ringBinding } from './codec/binding.ts';
import { Kind } from './codec/header.ts';
import { decodeSeeded, seededBytes } from './codec/seeded.ts';
import { evaluateLayer } from './linear/evaluate.ts';
import { inputCount } from './linear/groups.ts';
import type { LayerPlan } from './linear/layer-plan.ts';
import { encodeWeights } from './linear/weights.ts';
import type { EncodedWeights } from './linear/weights.ts';
import { expandUniform } from './encryption/encrypt.ts';
import { Ring } from './ring/ring.ts';

/** The server's side of a model: it holds W, and computes on what it cannot read. */
export interface Evaluator {
  readonly plans: readonly LayerPlan[];
  /** Bytes of a client's public key for this model. */
  readonly keyBytes: number;

  /**
   * Check everything about a request, before any arithmetic: number, lengths, parameters, canonical residues.
   * @throws MeshError DIMENSION_MISMATCH, INVALID_PAYLOAD, PARAMETER_MISMATCH, NON_CANONICAL_ELEMENT
   */
  check(layer: number, payloads: readonly Uint8Array[], batch: number): void;

  /**
   * Check and expand a client's public key.
   * @throws MeshError as `check`
   */
  expandKey(bytes: Uint8Array): ExpandedKey;

  /**
   * The replies to a request of one layer.
   * @param key needed by the circuit-private tier
   * @throws MeshError as `check`, and UNKNOWN_KEY where a key is needed and not given
   */
  evaluate(layer: number, payloads: readonly Uint8Array[], batch: number, key?: ExpandedKey): Uint8Array[];
}

/** A client's public key, checked, both halves expanded. */
export interface ExpandedKey {
  readonly words: Uint32Array;
}

/** A layer: its plan, and its integer planes, rows × columns, row-major. */
export interface LayerPlanes {
  readonly plan: LayerPlan;
  readonly planes: readonly Int16Array[];
}

/** What an evaluator needs of a layer. The weights are not copied: threads share them. */
export interface EvaluatorLayer {
  readonly plan: LayerPlan;
  readonly weights: EncodedWeights;
}

/** Encode the weights of a model, whose plans share one ring. */
export async function encodeLayers(layers: readonly LayerPlanes[]): Promise<EvaluatorLayer[]> {
  const ring = new Ring(await loadRlweKernels(), layers[0]!.plan.parameters);
  return layers.map(({ plan, planes }) => ({ plan, weights: encodeWeights(ring, plan, planes) }));
}

/** Evaluates the layers of a model, whose plans share one ring. */
export async function createEvaluator(layers: readonly EvaluatorLayer[]): Promise<Evaluator> {
  const kernels = await loadRlweKernels();
  const ring = new Ring(kernels, layers[0]!.plan.parameters);
  const keyBinding = ringBinding(kernels, ring.parameters);
  const bindings = layers.map(({ plan }) => planBinding(kernels, plan));
  const plans = layers.map(({ plan }) => plan);
  const elementWords = ring.limbs.length * ring.degree;

  const checkCount = (layer: number, payloads: readonly Uint8Array[], batch: number) => {
    const expected = inputCount(plans[layer]!.shape, batch);
    if (payloads.length !== expected) {
      throw new MeshError('DIMENSION_MISMATCH', `this batch has exactly ${expected} inputs`);
    }
  };
  const check = (layer: number, payloads: readonly Uint8Array[], batch: number) => {
    checkCount(layer, payloads, batch);
    ring.scratch(() => {
      const c0 = ring.allocate();
      for (const payload of payloads) {
        decodeSeeded(ring, Kind.request, bindings[layer]!, payload, (k) => ring.limb(c0, k));
      }
    });
  };

  return {
    plans,
    keyBytes: seededBytes(ring.parameters),
    check,
    expandKey: (bytes) =>
      ring.scratch(() => {
        const p0 = kernels.allocate(2 * elementWords);
        const seed = decodeSeeded(ring, Kind.publicKey, keyBinding, bytes, (k) => ring.limb(p0, k));
        expandUniform(ring, p0 + 4 * elementWords, seed, 'public key');
        return { words: kernels.words(p0, 2 * elementWords).slice() };
      }),
    evaluate(layer, payloads, batch, key) {
      const plan = plans[layer]!;
      if (plan.floodBits !== undefined && !key) {
        throw new MeshError(
          'UNKNOWN_KEY',
          'the circuit-private tier re-randomises under a registered public key',
        );
      }
      checkCount(layer, payloads, batch);
      const { weights } = layers[layer]!;
      return ring.scratch(() => {
        const p0 = kernels.allocate(2 * elementWords);
        if (key) kernels.words(p0, 2 * elementWords).set(key.words);
        const publicKey = plan.floodBits === undefined ? undefined : { p0, p1: p0 + 4 * elementWords };
        return evaluateLayer(ring, plan, bindings[layer]!, weights, payloads, batch, publicKey);
      });
    },
  };
}
