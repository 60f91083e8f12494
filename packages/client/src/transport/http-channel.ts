import { frameBinary } from '@sharemesh/wire/binary-form';
import { HEADER_LENGTH, parseJson } from '@sharemesh/wire';
import type { InferRequest, TensorData } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';
import type { Channel, InferCall } from './channel.ts';
import { failedAnswer, failedConnection, invalidReply, mediaType, wrongType } from '../protocol/failures.ts';
import { maxReplyBytes, readInferReply } from '../protocol/infer-reply.ts';
import type { Expectation, ReplyCheck } from '../protocol/infer-reply.ts';
import { parseRetryAfter, withRetries } from './retry.ts';
import type { Attempt } from './retry.ts';
import { nameOf } from './server-url.ts';
import { reasonOf, sleep, untilAborted, withTimeout } from '../scope.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/** The largest answer of GET /v1/models and the like: a model of 1,024² has about 60 KB of scales and biases. */
const MAX_JSON_BYTES = 2 ** 26;
const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 1_000;

export interface HttpChannelOptions {
  readonly transport: Transport;
  /** The server's address, ending in a slash. */
  readonly base: URL;
  readonly retries: number;
  readonly token?: string | undefined;
}

/** The model that requests name and replies must come from. */
export interface ModelKey {
  readonly model_id: string;
  readonly version: string;
  readonly digest: string;
}

type OutgoingRequest = Pick<TransportRequest, 'method' | 'headers' | 'body'>;

/** One server over HTTP. */
export class HttpChannel implements Channel {
  readonly party: string;
  readonly base: URL;
  /** What completed replies have to pass beside the contract. */
  replyCheck: ReplyCheck | undefined;
  readonly #options: HttpChannelOptions;
  #model: ModelKey | undefined;

  constructor(options: HttpChannelOptions) {
    this.#options = options;
    this.base = options.base;
    this.party = nameOf(options.base);
  }

  /** Fix the model that `infer` speaks of. */
  use(model: ModelKey): void {
    this.#model = model;
  }

  async infer(call: InferCall, context: LinearContext): Promise<TensorData[]> {
    const model = this.#model!;
    const frame = frameBinary(call.inputs, (inputs): InferRequest => ({
      request_id: call.requestId,
      model_id: model.model_id,
      version: model.version,
      layer: call.layer,
      batch_size: call.batch,
      inputs,
      ...call.scheme,
    }));
    const expected: Expectation = {
      call,
      modelDigest: model.digest,
      party: this.party,
      check: this.replyCheck,
      sent: frame,
    };
    const request = {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        [HEADER_LENGTH]: String(frame.headerLength),
        accept: 'application/octet-stream',
      },
      body: frame.chunks,
      ...(call.siblings && { siblings: call.siblings }),
      maxResponseBytes: maxReplyBytes(call),
    } as const;
    const first = await this.#exchange('infer', request, context, call.layer);
    const reply = await readInferReply(first, expected);
    return 'outputs' in reply
      ? reply.outputs
      : this.#poll(reply.jobId, first, { ...expected, ...reply }, context);
  }

  /** GET /v1/jobs/{job_id} until the job is done. The address is ours: a `Location` from the server is not followed. */
  async #poll(jobId: string, first: TransportResponse, expected: Expectation, context: LinearContext) {
    let answer = first;
    for (let round = 0; ; round++) {
      const asked = parseRetryAfter(answer.header('retry-after')) ?? FIRST_POLL_MS * 2 ** Math.min(round, 10);
      await sleep(Math.min(Math.max(asked, FIRST_POLL_MS), LONGEST_POLL_MS), context.signal, this.party);
      const { call } = expected;
      const request = {
        method: 'GET',
        headers: { accept: 'application/octet-stream' },
        maxResponseBytes: maxReplyBytes(call),
      } as const;
      answer = await this.#exchange(`jobs/${jobId}`, request, context, call.layer);
      const reply = await readInferReply(answer, expected);
      if ('outputs' in reply) return reply.outputs;
    }
  }

  getJson(route: string, context: LinearContext): Promise<unknown> {
    return this.#json(route, { method: 'GET', headers: { accept: 'application/json' } }, context);
  }

  putBytes(route: string, bytes: Uint8Array, context: LinearContext): Promise<unknown> {
    const headers = { accept: 'application/json', 'content-type': 'application/octet-stream' };
    return this.#json(route, { method: 'PUT', headers, body: [bytes] }, context);
  }

  async #json(route: string, request: OutgoingRequest, context: LinearContext): Promise<unknown> {
    const { party } = this;
    const response = await this.#exchange(route, { ...request, maxResponseBytes: MAX_JSON_BYTES }, context);
    if (mediaType(response) !== 'application/json') throw await wrongType(response, party);
    try {
      return parseJson(response.body);
    } catch (error) {
      throw invalidReply(party, 'the reply is not JSON', error);
    }
  }

  /** One request until it has a 2xx answer, with retries. Each attempt sends the same bytes. */
  #exchange(
    route: string,
    request: Omit<TransportRequest, 'url' | 'signal'>,
    context: LinearContext,
    layer?: number,
  ): Promise<TransportResponse> {
    const { base, retries, token } = this.#options;
    const { signal, deadline } = context;
    const { party } = this;
    const headers =
      token === undefined ? request.headers : { ...request.headers, authorization: `Bearer ${token}` };
    const outgoing = { ...request, headers, url: new URL(`v1/${route}`, base), signal };
    return withRetries(
      { retries, deadline, signal, party },
      async (): Promise<Attempt<TransportResponse>> => {
        try {
          const response = await this.#send(outgoing, context, layer);
          if (response.status >= 200 && response.status < 300) return { value: response };
          const retryAfter = parseRetryAfter(response.header('retry-after'));
          const error = await failedAnswer(response, party);
          return { error, ...(retryAfter !== undefined && { retryAfter }) };
        } catch (error) {
          if (signal.aborted) throw reasonOf(signal, party);
          return { error: await failedConnection(error, party) };
        }
      },
    );
  }

  /** One attempt, noted in the log whatever comes of it. */
  async #send(request: TransportRequest, context: LinearContext, layer?: number): Promise<TransportResponse> {
    request.signal.throwIfAborted();
    const started = performance.now();
    let response: TransportResponse | undefined;
    try {
      // a signal of its own: whatever a transport does with it, those of the caller and of the inference stay as they were
      response = await withTimeout(Infinity, request.signal, ({ signal }) =>
        untilAborted(this.#options.transport.request({ ...request, signal }), signal, this.party),
      );
      return response;
    } finally {
      context.requestLog.push({
        party: this.party,
        ...(layer !== undefined && { layer }),
        bytesUp: request.body?.reduce((total, chunk) => total + chunk.length, 0) ?? 0,
        bytesDown: response?.body.length ?? 0,
        milliseconds: performance.now() - started,
        status: response?.status ?? 0,
        cancelled: !response && request.signal.aborted,
      });
    }
  }
}
