import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { connectWith, fetchTransport } from '@sharemesh/client';
import type { BridgeOptions, Client } from '@sharemesh/client';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import { createBundle, openBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import { layerInfo, planModel } from '@sharemesh/rlwe';
import type { LayerPlan, SchemeName, Tier } from '@sharemesh/rlwe';
import { splitMessage } from '@sharemesh/wire/framing';
import type { InferRequest } from '@sharemesh/wire';
import { encodeMessage } from '@sharemesh/wire';
import { planBinding } from '../../../packages/rlwe/src/codec/binding.ts';
import { encodeReply } from '../../../packages/rlwe/src/codec/reply.ts';
import { outputPosition } from '../../../packages/rlwe/src/linear/block-shape.ts';
import { Ring } from '../../../packages/rlwe/src/ring/ring.ts';

export const COLUMNS = 8;

/** What a bridge sees of a request, without the ciphertext and the random id. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly bytes: number;
  readonly layer?: number;
  readonly batch?: number;
}

/** Chooses the phase c0 + c1·s of output 0: constant + Σ over `terms` of factor·s_j. Everything else is zero. */
export interface ChosenPhase {
  readonly constant: number;
  readonly terms?: readonly { readonly coefficient: number; readonly factor: number }[];
}

/** An answer to one request: a chosen phase, uniform residues, the honest product, bytes that are no reply, a refusal. */
export type HostileAnswer = ChosenPhase | 'uniform' | 'honest' | 'garbage' | 'refuse' | 'forget-key';

export interface HostileBridgeOptions {
  readonly layers: number;
  readonly scheme: SchemeName;
  readonly tier: Tier;
  /** What it answers to the n-th request for a layer of this session. */
  readonly answer: (request: number, layer: number) => HostileAnswer;
  /** Row 0 of every layer has this scale, all other rows 1e-60, and row 1 this bias: numbers of the bridge's choice. */
  readonly rowScale?: number;
  readonly bias?: number;
}

/** A model of `layers` identity layers with scales and biases that its server chose. */
function hostileBundle({ layers, rowScale = 1e110, bias = 1e115 }: HostileBridgeOptions): ModelBundle {
  const base = createBundle({
    modelId: 'm',
    version: '1',
    weightBits: 14,
    layers: Array.from({ length: layers }, () => ({
      inputSize: COLUMNS,
      outputSize: COLUMNS,
      weights: new Float64Array(COLUMNS * COLUMNS).fill(1),
      bias: new Float64Array(COLUMNS),
      activation: { type: 'identity' } as const,
    })),
  });
  const manifest = structuredClone(base.manifest);
  for (const layer of manifest.inference.layers) {
    layer.row_scales = layer.row_scales.map((_, row) => (row === 0 ? rowScale : 1e-60));
    layer.bias[1] = bias;
  }
  return openBundle(manifest, base.planes);
}

/** A bridge that answers what it likes, and writes down everything that a client lets it see. */
export class HostileBridge {
  readonly seen: Seen[] = [];
  readonly plans: readonly LayerPlan[];
  readonly ring: Ring;
  readonly #bindings: readonly Uint8Array[];
  readonly #options: HostileBridgeOptions;
  readonly #serving: Awaited<ReturnType<typeof createCkksBridge>>;
  readonly #digest: string;
  #requests = 0;

  private constructor(
    options: HostileBridgeOptions,
    bundle: ModelBundle,
    serving: Awaited<ReturnType<typeof createCkksBridge>>,
    kernels: Awaited<ReturnType<typeof loadRlweKernels>>,
  ) {
    this.#options = options;
    this.#serving = serving;
    this.#digest = bundle.digest;
    this.plans = planModel(bundle.manifest.inference.layers.map(layerInfo), options.scheme, options.tier);
    this.ring = new Ring(kernels, this.plans[0]!.parameters);
    this.#bindings = this.plans.map((plan) => planBinding(kernels, plan));
  }

  static async open(options: HostileBridgeOptions): Promise<HostileBridge> {
    const bundle = hostileBundle(options);
    const serving = await createCkksBridge({
      bundles: [bundle],
      schemes: [options.scheme],
      tiers: [options.tier],
      inlineCost: 1e9,
    });
    return new HostileBridge(options, bundle, serving, await loadRlweKernels());
  }

  connect(options: Partial<BridgeOptions> = {}): Promise<Client> {
    const transport = fetchTransport((url, init) => this.#request(new URL(String(url)), init ?? {}));
    const { scheme, tier } = this.#options;
    return connectWith(transport, { bridge: 'https://bridge.example', model: 'm', scheme, tier, ...options });
  }

  /** A well-formed reply whose output 0 has the phase. */
  reply(phase: ChosenPhase | 'uniform', layer = 0): Uint8Array {
    const plan = this.plans[layer]!;
    const { kernels, degree } = this.ring;
    const outputs = plan.shape.blockRows;
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
    const method = init.method ?? 'GET';
    const body = new Uint8Array(await new Response(init.body).arrayBuffer());
    const path = url.pathname.replace(/sha256:.*|[\w-]{22,}/, '…');
    const seen: Seen = { method, path, bytes: body.length };
    const honest = () =>
      this.#serving.app.request(url.pathname, { ...init, ...(method !== 'GET' && { body }) });
    if (path !== '/v1/infer') {
      this.seen.push(seen);
      return honest();
    }
    const headerLength = new Headers(init.headers).get('inference-header-content-length');
    const request = splitMessage(body, headerLength ?? '').json as InferRequest;
    this.seen.push({ ...seen, layer: request.layer, batch: request.batch_size });
    const answer = this.#options.answer(this.#requests++, request.layer);
    switch (answer) {
      case 'honest':
        return honest();
      case 'refuse':
        return problem(503, 'OVERLOADED', true);
      case 'forget-key':
        return problem(404, 'UNKNOWN_KEY', false);
      case 'garbage':
        return this.#result(request, new Uint8Array(this.reply('uniform', request.layer).length));
      default:
        return this.#result(request, this.reply(answer, request.layer));
    }
  }

  #result({ request_id, layer, batch_size }: InferRequest, data: Uint8Array): Response {
    const frame = encodeMessage('binary', [{ encoding: 'rlwe', data }], (outputs) => ({
      api_version: 'v1',
      status: 'completed',
      job_id: 'hostileJob-_0000000001',
      result: { request_id, model_digest: this.#digest, layer, batch_size, outputs },
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

const problem = (status: number, code: string, retryable: boolean) =>
  new Response(
    JSON.stringify({
      type: `urn:sharemesh:problem:${code}`,
      title: code,
      status,
      code,
      retryable,
      api_version: 'v1',
    }),
    { status, headers: { 'content-type': 'application/problem+json', 'retry-after': '0' } },
  );
