import type { Transport, TransportRequest } from '@sharemesh/client';
import { randomField } from '@sharemesh/shares';
import { encodeMessage } from '@sharemesh/wire/framing';
import type { InferRequest } from '@sharemesh/wire';

export interface RawRequestOptions {
  readonly modelId: string;
  readonly columns: number;
  readonly batch: number;
}

/** Requests of POST /v1/infer as the wire has them, on a random share: the server's side of an inference alone. */
export class RawRequest {
  readonly #options: RawRequestOptions;
  readonly #share: Uint8Array;
  /** Unlike any other process's. */
  readonly #prefix = `bench-${crypto.randomUUID()}`;
  #sent = 0;

  constructor(options: RawRequestOptions) {
    this.#options = options;
    this.#share = new Uint8Array(randomField(options.batch * options.columns).buffer);
  }

  /**
   * Send one, under a request id of its own.
   * @throws {Error} for any status but 200
   */
  async send(transport: Transport, base: string): Promise<void> {
    const { status } = await transport.request(this.#next(base));
    if (status !== 200) throw new Error(`${base} answered ${status}`);
  }

  #next(base: string): TransportRequest {
    const { modelId, batch } = this.#options;
    const requestId = `${this.#prefix}-${this.#sent++}`;
    const frame = encodeMessage(
      'binary',
      [{ encoding: 'field61', data: this.#share }],
      (inputs) =>
        ({
          request_id: requestId,
          model_id: modelId,
          version: '1',
          layer: 0,
          batch_size: batch,
          inputs,
          sharing: { scheme: 'additive', parties: 2, party_id: 2 },
        }) satisfies InferRequest,
    );
    return {
      method: 'POST',
      url: new URL('v1/infer', `${base}/`),
      headers: {
        'content-type': 'application/octet-stream',
        accept: 'application/octet-stream',
        'inference-header-content-length': String(frame.headerLength),
      },
      body: frame.chunks,
      signal: new AbortController().signal,
      maxResponseBytes: 2 ** 31 - 1,
    };
  }
}
