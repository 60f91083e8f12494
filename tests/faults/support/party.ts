import { Hono } from 'hono';
import type { FieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import type { AppEnv, ServingApp } from '@sharemesh/serving';
import { createShareServer } from '@sharemesh/share-server';
import { DAMAGED_HEADER } from './fault-proxy.ts';
import { distort, elementsOf, readReply, writeReply } from './lies.ts';
import type { HonestReply, Lie } from './lies.ts';
import { PartyLog } from './party-log.ts';

export interface PartyOptions {
  readonly kernels: FieldKernels;
  readonly bundle: ModelBundle;
  /** The same model with other weights, as a party that missed an update has it. */
  readonly stale: ModelBundle;
}

/** The real share server, kept honest or made to lie from outside. */
export class FaultParty {
  /** What it answers from now on. */
  lie: Lie | undefined;
  /** How many replies were really wrong. */
  lies = 0;
  readonly log = new PartyLog();
  readonly serving: ServingApp;
  readonly #honest: ServingApp;
  /** Made when it is first needed. */
  #stale: ServingApp | undefined;
  readonly #options: PartyOptions;
  readonly #digest: string;
  /** The last honest reply for each layer. */
  readonly #earlier = new Map<number, HonestReply>();

  constructor(options: PartyOptions) {
    const { kernels, bundle } = options;
    this.#options = options;
    this.#digest = bundle.digest;
    this.#honest = createShareServer({ kernels, bundles: [bundle] });
    const app = new Hono<AppEnv>();
    app.all('*', async (c) => this.#answer(c.req.raw));
    this.serving = { ...this.#honest, app };
  }

  get #staleServer(): ServingApp {
    const { kernels, stale } = this.#options;
    return (this.#stale ??= createShareServer({ kernels, bundles: [stale] }));
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const { method, headers } = request;
    if (method !== 'POST') return this.#honest.app.request(pathname, { method, headers });
    const body = await request.arrayBuffer();
    if (!headers.has(DAMAGED_HEADER)) {
      this.log.note(new Uint8Array(body), headers.get('inference-header-content-length') ?? undefined);
    }
    const ask = (party: ServingApp) => party.app.request(pathname, { method, headers, body: body.slice(0) });

    const response = await ask(this.#honest);
    if (response.status !== 200) return response;
    const honest = await read(response);
    const { lie } = this;
    const reply = lie ? await this.#distort(lie, honest, () => ask(this.#staleServer)) : honest;
    this.#earlier.set(honest.job.result.layer, honest);
    if (reply === honest) return writeReply(honest);
    this.lies++;
    return writeReply(reply);
  }

  async #distort(
    lie: Lie,
    honest: HonestReply,
    stale: () => Response | Promise<Response>,
  ): Promise<HonestReply> {
    const { job, output } = honest;
    const earlier = this.#earlier.get(job.result.layer);
    switch (lie.kind) {
      case 'earlier-output':
        return earlier ? { job, output: earlier.output } : honest;
      case 'earlier-reply':
        return earlier ?? honest;
      case 'wrong-digest':
        return read(await stale());
      case 'stale-model': {
        const { output } = await read(await stale());
        return { job: { ...job, result: { ...job.result, model_digest: this.#digest } }, output };
      }
      default: {
        const y = elementsOf(output);
        const wrong = distort(lie, job.result.layer, y);
        if (wrong.every((value, i) => value === y[i])) return honest;
        return { job, output: { ...output, data: new Uint8Array(wrong.buffer) } };
      }
    }
  }
}

async function read(response: Response): Promise<HonestReply> {
  const body = new Uint8Array(await response.arrayBuffer());
  return readReply(body, response.headers.get('inference-header-content-length') ?? undefined);
}
