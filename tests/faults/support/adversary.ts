import { createHash } from 'node:crypto';
import type { Transport, TransportRequest, TransportResponse } from '@sharemesh/client';
import { problem, splitMessage } from '@sharemesh/wire';
import type { InferRequest, ProblemCode } from '@sharemesh/wire';
import type { Random } from './random.ts';

/** A way for a server to answer an inference badly that needs no arithmetic. */
export const MISCHIEF = [
  /** 503 and 408: the request may come again, in smaller batches after a 408. */
  'refuse',
  'too-slow',
  /** 400: it may not. */
  'deny',
  /** 409: the key is to be registered once more. */
  'forget-key',
  /** No answer, and no connection any more. */
  'drop',
  /** 202, and the result after two polls. */
  'job',
  /** A result of which some bytes are others, or missing; one of another type; a redirect. */
  'garbage',
  'truncate',
  'other-type',
  'redirect',
  /** No answer ever. Somebody loses patience and aborts. */
  'hang',
] as const;
export type Mischief = (typeof MISCHIEF)[number];

/** All that a server can see of a request, but for what is random: shares, ciphertexts, keys, and the characters of ids. */
interface Sighting {
  readonly server: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly envelope?: object;
}

const LENGTH = 'inference-header-content-length';

/** What stands between a client and its servers: it writes down what they can see, and answers in their place. */
export class Adversary {
  /** The mischief done to the n-th POST of an inference at a server. */
  plan: (server: number, post: number) => Mischief | undefined = () => undefined;
  /** Called when a request is left hanging. */
  onHang: () => void = () => undefined;
  readonly progress: string[] = [];
  readonly transport: Transport;
  readonly #servers: readonly string[];
  #sightings: (Sighting | 'closed')[] = [];
  #posts = new Map<number, number>();
  readonly #jobs = new Map<string, { polls: number; readonly response: TransportResponse }>();
  /** Request ids with the server and the body that they came with. */
  readonly #ids = new Map<string, string>();
  #idsReused = 0;

  constructor(inner: Transport, servers: readonly string[]) {
    this.#servers = servers;
    this.transport = {
      ...inner,
      request: (request) => this.#request(inner, request),
      close: async () => {
        this.#sightings.push('closed');
        await inner.close();
      },
    };
  }

  /** What was seen since the last call, in order, and how the client told of its progress. */
  take(): string {
    const seen = JSON.stringify([this.#sightings, this.progress]);
    this.#sightings = [];
    this.#posts = new Map();
    this.progress.length = 0;
    return seen;
  }

  /** Ids that came to two servers, or with two bodies. */
  get idsReused(): number {
    return this.#idsReused;
  }

  async #request(inner: Transport, request: TransportRequest): Promise<TransportResponse> {
    const { method, url, headers } = request;
    const server = this.#servers.indexOf(url.origin);
    const body = new Uint8Array(Buffer.concat(request.body ?? []));
    const job = /\/jobs\/(.+)$/.exec(url.pathname)?.[1];
    this.#sightings.push({
      server,
      method,
      path: url.pathname.replace(/(jobs|keys)\/.+/, '$1/…'),
      headers,
      bytes: body.length,
      ...(method === 'POST' && { envelope: this.#open(server, body, headers[LENGTH]) }),
    });
    if (job !== undefined) return this.#poll(job);
    const respond = () => inner.request({ ...request, ...(request.body && { body: [body] }) });
    if (method !== 'POST') return respond();
    const post = this.#posts.get(server) ?? 0;
    this.#posts.set(server, post + 1);
    return this.#misbehave(this.plan(server, post), respond, request.signal);
  }

  #open(server: number, body: Uint8Array, headerLength: string | undefined): object {
    const { request_id: id, ...envelope } = splitMessage(body, headerLength).json as InferRequest;
    const use = `${server} ${createHash('sha256').update(body).digest('hex')}`;
    if ((this.#ids.get(id) ?? use) !== use) this.#idsReused++;
    this.#ids.set(id, use);
    const { encryption } = envelope;
    return {
      ...envelope,
      ...(encryption && { encryption: { ...encryption, key_id: encryption.key_id?.length } }),
      request_id: id.length,
    };
  }

  async #misbehave(
    mischief: Mischief | undefined,
    respond: () => Promise<TransportResponse>,
    signal: AbortSignal,
  ): Promise<TransportResponse> {
    switch (mischief) {
      case undefined:
        return respond();
      case 'refuse':
        return refusal('OVERLOADED');
      case 'too-slow':
        return refusal('REQUEST_TIMEOUT');
      case 'deny':
        return refusal('INVALID_REQUEST');
      case 'forget-key':
        return refusal('UNKNOWN_KEY');
      case 'drop':
        throw new Error('ECONNRESET');
      case 'redirect':
        return { status: 307, header: () => undefined, body: new Uint8Array() };
      case 'hang':
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
          this.onHang();
        });
      case 'job': {
        const id = `job-${String(this.#jobs.size).padStart(20, '0')}`;
        this.#jobs.set(id, { polls: 0, response: await respond() });
        return pending(id, 202);
      }
      default: {
        const response = await respond();
        return { ...response, ...spoil(mischief, response) };
      }
    }
  }

  #poll(id: string): TransportResponse {
    const job = this.#jobs.get(id)!;
    return job.polls++ === 0 ? pending(id, 200) : job.response;
  }
}

function spoil(
  mischief: 'garbage' | 'truncate' | 'other-type',
  { body, header }: TransportResponse,
): Partial<TransportResponse> {
  switch (mischief) {
    case 'garbage':
      return { body: body.map((byte, i) => (i < body.length / 2 ? byte : 0xff)) };
    case 'truncate':
      return { body: body.subarray(0, body.length - 1) };
    case 'other-type':
      return { header: (name) => (name === 'content-type' ? 'text/html' : header(name)) };
  }
}

function refusal(code: ProblemCode): TransportResponse {
  const body = problem(code);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', 'retry-after': '0' };
  return { status: body.status, header: (name) => headers[name], body: Buffer.from(JSON.stringify(body)) };
}

function pending(id: string, status: number): TransportResponse {
  const body = { api_version: 'v1', status: 'running', job_id: id };
  const headers: Record<string, string> = { 'content-type': 'application/json', 'retry-after': '0' };
  return { status, header: (name) => headers[name], body: Buffer.from(JSON.stringify(body)) };
}

/** Mischief of one server at one or two of its POSTs, or none. */
export function drawPlan(
  random: Random,
  server: number,
  kinds: readonly Mischief[] = MISCHIEF,
): Adversary['plan'] {
  const chosen = new Map<number, Mischief>();
  for (let k = random.below(3); k > 0; k--) chosen.set(random.below(4), random.pick(kinds));
  return (at, post) => (at === server ? chosen.get(post) : undefined);
}
