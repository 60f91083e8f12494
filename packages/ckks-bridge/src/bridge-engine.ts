import type { ModelBundle } from '@sharemesh/model';
import { Refusal } from '@sharemesh/serving';
import type { AcceptContext, AcceptedWork, InferenceEngine, Owner } from '@sharemesh/serving';
import { MeshError } from '@sharemesh/wire/errors';
import type { InferRequest, KeysResponse, ModelInfo, TensorData } from '@sharemesh/wire';
import { createEvaluator, encodeLayers, evaluationCost, groupCount } from '@sharemesh/rlwe';
import type {
  Evaluator,
  EvaluatorLayer,
  LayerPlan,
  LayerPlanes,
  RingParameters,
  SchemeName,
  Tier,
} from '@sharemesh/rlwe';
import { bridgeModel } from './bridge-models.ts';
import type { BridgeLimits, BridgeModel } from './bridge-models.ts';
import { localPool, taskRunner } from './evaluation.ts';
import type { EvaluationPool, EvaluationTask } from './evaluation.ts';
import { KeyStore } from './key-store.ts';

export interface BridgeEngineOptions {
  readonly bundles: readonly ModelBundle[];
  /** Default both: `ckks` for reals, `bfv` for exact integers. */
  readonly schemes?: readonly SchemeName[];
  /** Default circuit-private alone. `public-model` replies give the weights away: offer it for public weights only. */
  readonly tiers?: readonly Tier[];
  readonly limits: BridgeLimits;
  /** Requests of at most this cost, in transforms of about 10 µs, run on the event loop. */
  readonly inlineCost: number;
  /** Where the others run; default: this thread. */
  readonly pool?: (models: readonly (readonly EvaluatorLayer[])[]) => EvaluationPool;
}

/** A model under one scheme and tier. */
interface Served {
  readonly index: number;
  readonly evaluator: Evaluator;
  readonly ring: string;
}

/** W·x on ciphertexts: what the server sees is noise to it, and its replies say W·x and nothing else of W. */
export class BridgeEngine implements InferenceEngine {
  readonly models: readonly ModelInfo[];
  readonly concurrency: number;
  readonly requiredKeys: KeysResponse['required'];
  readonly #served: ReadonlyMap<ModelInfo, ReadonlyMap<Tier, Served>>;
  readonly #inlineCost: number;
  readonly #pool: EvaluationPool;
  readonly #run: (task: EvaluationTask) => Uint8Array[];
  readonly #keys = new KeyStore();

  private constructor(
    served: ReadonlyMap<ModelInfo, ReadonlyMap<Tier, Served>>,
    evaluators: readonly Evaluator[],
    pool: EvaluationPool,
    inlineCost: number,
  ) {
    this.models = [...served.keys()];
    this.concurrency = pool.concurrency;
    this.requiredKeys = requiredKeys(served);
    this.#served = served;
    this.#inlineCost = inlineCost;
    this.#pool = pool;
    this.#run = taskRunner(evaluators);
  }

  /**
   * Plan every model and encode its weights.
   * @throws MeshError PARAMETER_MISMATCH when a model does not fit a scheme
   */
  static async create(options: BridgeEngineOptions): Promise<BridgeEngine> {
    const { bundles, schemes = ['ckks', 'bfv'], tiers = ['circuit-private'], limits, inlineCost } = options;
    const models = bundles.flatMap((bundle) =>
      schemes.map((scheme) => bridgeModel(bundle, scheme, tiers, limits)),
    );
    const wanted = models.flatMap((model) =>
      [...model.tiers].map(([tier, plans]) => ({ model, tier, plans })),
    );
    const layers = await Promise.all(
      wanted.map(({ model, plans }) => encodeLayers(withPlanes(model, plans))),
    );
    const pool = options.pool?.(layers);
    const evaluators = await Promise.all(layers.map(createEvaluator));
    const served = new Map<ModelInfo, Map<Tier, Served>>(models.map(({ info }) => [info, new Map()]));
    wanted.forEach(({ model, tier, plans }, index) => {
      const ring = ringName(plans[0]!.parameters);
      served.get(model.info)!.set(tier, { index, evaluator: evaluators[index]!, ring });
    });
    return new BridgeEngine(served, evaluators, pool ?? localPool(evaluators), inlineCost);
  }

  registerKey(keyId: string, bytes: Uint8Array, owner: Owner): boolean {
    const known = this.#keys.get(owner, keyId);
    return this.#keys.add(owner, known ?? { id: keyId, bytes: shared(bytes), ring: this.#ringOf(bytes) });
  }

  accept(request: InferRequest, inputs: readonly TensorData[], context: AcceptContext): AcceptedWork {
    const { layer, batch_size: batch, encryption } = request;
    if (!encryption) throw new Refusal('INVALID_REQUEST', 'encryption: needed under this scheme');
    const served = this.#served.get(context.model)!.get(encryption.tier);
    if (!served) throw new Refusal('PARAMETER_MISMATCH', `the ${encryption.tier} tier is not offered here`);
    const key =
      encryption.tier === 'public-model'
        ? undefined
        : this.#findKey(context.owner, served, encryption.key_id);
    if (inputs.some(({ encoding }) => encoding !== 'rlwe')) {
      throw new Refusal('INVALID_PAYLOAD', 'ciphertexts come as rlwe');
    }
    const payloads = inputs.map(({ data }) => data);
    served.evaluator.check(layer, payloads, batch);

    const task = { evaluator: served.index, layer, batch, payloads, ...(key && { key }) };
    const inline = layerCost(served.evaluator.plans[layer]!, batch) <= this.#inlineCost;
    return {
      inline,
      run: inline
        ? () => this.#run(task).map(tensor)
        : async (signal) => (await this.#pool.run(task, signal)).map(tensor),
    };
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #findKey(owner: Owner, { ring }: Served, id: string | undefined): EvaluationTask['key'] {
    const key = id === undefined ? undefined : this.#keys.get(owner, id);
    if (!key) throw new Refusal('UNKNOWN_KEY', 'register the public key with PUT /v1/keys/{key_id} first');
    if (key.ring !== ring)
      throw new Refusal('PARAMETER_MISMATCH', 'the key is made for another ring than the model');
    return { id: key.id, bytes: key.bytes };
  }

  /** Check a key against the rings it may be for, those whose keys have its length. */
  #ringOf(bytes: Uint8Array): string {
    const candidates = this.#keyed().filter(({ evaluator }) => evaluator.keyBytes === bytes.length);
    let failure: unknown = new Refusal(
      'DIMENSION_MISMATCH',
      'GET /v1/keys lists the lengths that keys have here',
    );
    for (const { evaluator, ring } of candidates) {
      try {
        evaluator.expandKey(bytes);
        return ring;
      } catch (error) {
        if (!MeshError.is(error)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  #keyed(): Served[] {
    return [...this.#served.values()].flatMap((tiers) => tiers.get('circuit-private') ?? []);
  }
}

/** A copy that workers see without being sent it. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

const ringName = ({ degree, moduli }: RingParameters) => [degree, ...moduli].join(' ');

const tensor = (data: Uint8Array): TensorData => ({ encoding: 'rlwe', data });

const withPlanes = ({ bundle }: BridgeModel, plans: readonly LayerPlan[]): LayerPlanes[] =>
  plans.map((plan, i) => ({ plan, planes: bundle.planes[i]! }));

/** What a request costs, in transforms of 4,096 coefficients. */
function layerCost({ shape, parameters, replyLimbs, tier }: LayerPlan, batch: number): number {
  const limits = {
    degree: parameters.degree,
    limbs: parameters.moduli.length,
    replyLimbs,
    circuitPrivate: tier === 'circuit-private',
  };
  return groupCount(shape, batch) * evaluationCost(shape, limits);
}

function requiredKeys(served: ReadonlyMap<ModelInfo, ReadonlyMap<Tier, Served>>): KeysResponse['required'] {
  const required = [...served].flatMap(([{ scheme }, tiers]) => {
    const tier = tiers.get('circuit-private');
    if (!tier || scheme === 'shares') return [];
    const { keyBytes } = tier.evaluator;
    return [{ scheme, tier: 'circuit-private', kind: 'public_key', byte_length: keyBytes } as const];
  });
  const seen = new Set<string>();
  return required.filter((key) => {
    const name = `${key.scheme} ${key.byte_length}`;
    return !seen.has(name) && seen.add(name);
  });
}
