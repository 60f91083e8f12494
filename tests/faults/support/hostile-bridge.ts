import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { BridgeOptions, Client, Transport } from '@sharemesh/client';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import type { ModelBundle } from '@sharemesh/model';
import { layerInfo, planModel } from '@sharemesh/rlwe';
import type { LayerPlan, SchemeName, Tier } from '@sharemesh/rlwe';
import { encodeMessage } from '@sharemesh/wire';
import { splitMessage } from '@sharemesh/wire/framing';
import type { InferRequest } from '@sharemesh/wire';
import { planBinding } from '../../../packages/rlwe/src/codec/binding.ts';
import { encodeReply } from '../../../packages/rlwe/src/codec/reply.ts';
import { outputPosition } from '../../../packages/rlwe/src/linear/block-shape.ts';
import { replyBlocks } from '../../../packages/rlwe/src/linear/groups.ts';
import { randomSeed, streamMessage } from '../../../packages/rlwe/src/ring/randomness.ts';
import { Ring } from '../../../packages/rlwe/src/ring/ring.ts';
import { connectStopping } from './early-stop.ts';

/** Chooses the phase c0 + c1·s of output 0: constant + Σ over `terms` of factor·s_j. Everything else is zero. */
export interface ChosenPhase {
  readonly constant: number;
  readonly terms?: readonly { readonly coefficient: number; readonly factor: number }[];
}

/** A well-formed answer to one request: a chosen phase, uniform residues, the honest product. */
export type HostileAnswer = ChosenPhase | 'uniform' | 'honest';

export interface HostileBridgeOptions {
  readonly bundle: ModelBundle;
  readonly scheme: SchemeName;
  readonly tier: Tier;
  readonly maxBatchSize?: number;
  /** What it answers to a request for a layer. */
  readonly answer: (layer: number) => HostileAnswer;
}

type Serving = Awaited<ReturnType<typeof createCkksBridge>>;
type Kernels = Awaited<ReturnType<typeof loadRlweKernels>>;

/** A bridge that answers what it likes, and remembers for which layers it was asked. */
export class HostileBridge {
  static readonly url = 'https://bridge.example';
  /** The layers that were asked for, in order. */
  readonly asked: number[] = [];
  readonly plans: readonly LayerPlan[];
  readonly ring: Ring;
  readonly transport: Transport;
  readonly #bindings: readonly Uint8Array[];
  readonly #options: HostileBridgeOptions;
  readonly #serving: Serving;

  private constructor(options: HostileBridgeOptions, serving: Serving, kernels: Kernels) {
    const { bundle, scheme, tier } = options;
    this.#options = options;
    this.#serving = serving;
    this.plans = planModel(bundle.manifest.inference.layers.map(layerInfo), scheme, tier);
    this.ring = new Ring(kernels, this.plans[0]!.parameters);
    this.#bindings = this.plans.map((plan) => planBinding(kernels, plan));
    this.transport = fetchTransport((url, init) => this.#request(new URL(String(url)), init ?? {}));
  }

  static async open(options: HostileBridgeOptions): Promise<HostileBridge> {
    const { bundle, scheme, tier, maxBatchSize } = options;
    const serving = await createCkksBridge({
      bundles: [bundle],
      schemes: [scheme],
      tiers: [tier],
      inlineCost: 1e9,
      ...(maxBatchSize !== undefined && { maxBatchSize }),
    });
    return new HostileBridge(options, serving, await loadRlweKernels());
  }

  get options(): BridgeOptions {
    const { bundle, scheme, tier } = this.#options;
    return { bridge: HostileBridge.url, model: bundle.manifest.model_id, scheme, tier };
  }

  connect(): Promise<Client> {
    return connectWith(this.transport, this.options);
  }

  /** A client that ends an inference by its values. */
  connectStopping(stops: (y: Float64Array) => boolean): Promise<Client> {
    return connectStopping(this.transport, this.options, stops);
  }

  /** Well-formed replies to a batch, whose output 0 has the phase in each. */
  replies(phase: ChosenPhase | 'uniform', layer: number, batch: number): Uint8Array[] {
    const { shape, layer: info } = this.plans[layer]!;
    return replyBlocks(shape, info.rows, batch).map(({ inputs, rows }) =>
      this.#reply(phase, layer, inputs * rows),
    );
  }

  #reply(phase: ChosenPhase | 'uniform', layer: number, outputs: number): Uint8Array {
    const plan = this.plans[layer]!;
    const { kernels, degree } = this.ring;
    const stride = 4 * Math.ceil(outputs / 8) * 8;
    return this.ring.scratch(() => {
      const c1 = this.ring.allocate(plan.replyLimbs);
      const c0 = kernels.allocate((plan.replyLimbs * stride) / 4);
      for (let k = 0; k < plan.replyLimbs; k++) {
        const { p } = this.ring.limbs[k]!;
        const high = kernels.words(this.ring.limb(c1, k), degree);
        const low = kernels.words(c0 + k * stride, outputs);
        if (phase === 'uniform') {
          for (const words of [high, low])
            words.set(crypto.getRandomValues(new Uint32Array(words.length)).map((w) => w % p));
          continue;
        }
        low[0] = residue(phase.constant, p);
        for (const { coefficient, factor } of phase.terms ?? []) {
          // X^e·s has ±s_j at the position that is read: the sign turns where e wraps around
          const power = outputPosition(plan.shape, 0, 0) - coefficient;
          high[(power + degree) % degree] = residue(power < 0 ? -factor : factor, p);
        }
      }
      return encodeReply(this.ring, plan, this.#bindings[layer]!, c1, c0, outputs, stride);
    });
  }

  async #request(url: URL, init: RequestInit): Promise<Response> {
    const { method = 'GET' } = init;
    const body = new Uint8Array(await new Response(init.body).arrayBuffer());
    const honest = () =>
      this.#serving.app.request(url.pathname, { ...init, ...(method !== 'GET' && { body }) });
    if (url.pathname !== '/v1/infer') return honest();
    const headerLength = new Headers(init.headers).get('inference-header-content-length');
    const request = splitMessage(body, headerLength ?? '').json as InferRequest;
    this.asked.push(request.layer);
    const answer = this.#options.answer(request.layer);
    if (answer === 'honest') return honest();
    return this.#result(request, this.replies(answer, request.layer, request.batch_size));
  }

  #result({ request_id, layer, batch_size }: InferRequest, replies: readonly Uint8Array[]): Response {
    const tensors = replies.map((data) => ({ encoding: 'rlwe', data }) as const);
    const frame = encodeMessage('binary', tensors, (outputs) => ({
      api_version: 'v1',
      status: 'completed',
      job_id: 'hostileJob-_0000000001',
      result: { request_id, model_digest: this.#options.bundle.digest, layer, batch_size, outputs },
    }));
    return new Response(new Blob(frame.chunks as Uint8Array<ArrayBuffer>[]), {
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(frame.headerLength),
      },
    });
  }

  close(): Promise<void> {
    return this.#serving.close();
  }
}

const residue = (x: number, p: number) => ((x % p) + p) % p;

/**
 * Do something, such as to generate a key, with a generator that gives one byte for ever: a key that the test chose, and
 * knows. Nothing else may run meanwhile.
 */
export async function withChosenRandomness<T>(byte: number, work: () => Promise<T>): Promise<T> {
  const value = (target: ArrayBufferView<ArrayBuffer>) => {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).fill(byte);
    return target;
  };
  Object.defineProperty(crypto, 'getRandomValues', { value, configurable: true });
  try {
    emptySeedPool();
    return await work();
  } finally {
    // the method of the prototype is there again
    delete (crypto as Partial<Crypto>).getRandomValues;
    emptySeedPool();
  }
}

/** Seeds are drawn 64 at a time: use up what is left of an earlier draw. */
function emptySeedPool(): void {
  for (let k = 0; k < 64; k++) randomSeed();
}

/** The first coefficients of the secret that was drawn from such a generator. */
export function chosenSecret({ kernels, degree }: Ring, byte: number, count: number): number[] {
  const mark = kernels.mark();
  const signed = kernels.allocate(degree);
  kernels.sampleTernary(signed, degree, streamMessage('secret', new Uint8Array(32).fill(byte)));
  const coefficients = Array.from(kernels.words(signed, count), (word) => word | 0);
  kernels.release(mark);
  return coefficients;
}
