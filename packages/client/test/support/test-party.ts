import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { FieldVector } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { computeSketch, expandSeed, fieldFromBytes, fieldToBytes, unpackField } from '@sharemesh/shares';
import {
  InferRequest,
  encodeMessage,
  problem,
  splitMessage,
  takeTensors,
  type MessageForm,
  type ModelInfo,
  type ProblemCode,
} from '@sharemesh/wire';
import type { TransportRequest, TransportResponse } from '@sharemesh/client';

export const kernels = await loadFieldKernels({ implementation: 'plain' });

/** What a party got in one POST /v1/infer. */
export interface Seen {
  readonly request: InferRequest;
  readonly inputs: readonly { readonly encoding: string; readonly data: Uint8Array }[];
  readonly body: Uint8Array;
}

/** A way for a party to go wrong: its honest answer in, another one out (or none, or never). */
export type Twist = (
  honest: TransportResponse,
  request: TransportRequest,
  party: TestParty,
) => TransportResponse | Promise<TransportResponse>;

/** An independent party in a few lines, straight from the wire: what the client is tested against. */
export class TestParty {
  readonly seen: Seen[] = [];
  /** Paths of all requests, in order. */
  readonly paths: string[] = [];
  twist: Twist | undefined;
  form: MessageForm = 'binary';
  operator: string;
  bootNonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/[+/]/g, 'x')
    .slice(0, 22);
  readonly model: ModelInfo;
  readonly #bundle: ModelBundle;

  constructor(bundle: ModelBundle, operator: string, model: Partial<ModelInfo> = {}) {
    this.#bundle = bundle;
    this.operator = operator;
    const { model_id, version, description = '', inference } = bundle.manifest;
    this.model = {
      model_id,
      version,
      description,
      scheme: 'shares',
      digest: bundle.digest,
      inference,
      sharing_parameters: {
        field_modulus: '2305843009213693951',
        schemes: ['additive', 'shamir'],
        encodings: ['field61', 'field61-packed', 'seed'],
        max_parties: 16,
      },
      constraints: { max_batch_size: 64, max_body_bytes: 2 ** 24 },
      ...model,
    };
  }

  async handle(request: TransportRequest): Promise<TransportResponse> {
    const path = request.url.pathname;
    this.paths.push(path);
    const honest = this.#answer(path, request);
    return this.twist ? this.twist(honest, request, this) : honest;
  }

  #answer(path: string, request: TransportRequest): TransportResponse {
    if (path.endsWith('/v1/models')) return json({ api_version: 'v1', models: [this.model] });
    if (path.endsWith('/v1/party')) {
      const software = { name: 'test-party', version: '0' };
      return json({ api_version: 'v1', operator: this.operator, boot_nonce: this.bootNonce, software });
    }
    if (path.endsWith('/v1/infer')) return this.#infer(request);
    return refuse('NOT_FOUND');
  }

  #infer(request: TransportRequest): TransportResponse {
    const body = joined(request.body ?? []);
    const { json: envelope, tail } = splitMessage(body, request.headers['inference-header-content-length']);
    const asked = InferRequest.parse(envelope);
    const inputs = takeTensors(asked.inputs, tail);
    this.seen.push({ request: asked, inputs, body });
    return this.reply(asked, inputs);
  }

  /** W·x for a request, as a message. */
  reply(asked: InferRequest, inputs: Seen['inputs']): TransportResponse {
    const y = this.multiply(asked, inputs);
    const frame = encodeMessage(this.form, [{ encoding: 'field61', data: fieldToBytes(y) }], (outputs) => ({
      api_version: 'v1',
      status: 'completed',
      job_id: 'job-0000000000000000000',
      result: {
        request_id: asked.request_id,
        model_digest: this.model.digest,
        layer: asked.layer,
        batch_size: asked.batch_size,
        outputs,
      },
    }));
    const headers: Record<string, string> =
      frame.headerLength === undefined
        ? { 'content-type': 'application/json' }
        : {
            'content-type': 'application/octet-stream',
            'inference-header-content-length': String(frame.headerLength),
          };
    return respond(200, headers, joined(frame.chunks));
  }

  multiply(asked: InferRequest, inputs: Seen['inputs']): FieldVector {
    const layer = this.model.inference.layers[asked.layer]!;
    if (asked.operation === 'sketch') return this.#sketch(asked, inputs[0]!.data);
    const matrix = kernels.packMatrix(this.#bundle.planes[asked.layer]!, layer.output_size, layer.input_size);
    return kernels.matmul(matrix, this.#share(asked, inputs[0]!), asked.batch_size);
  }

  #sketch({ request_id, layer, sharing }: InferRequest, seed: Uint8Array): FieldVector {
    const { input_size, output_size: rows } = this.model.inference.layers[layer]!;
    const { parties, party_id: partyId } = sharing!;
    const binding = { modelDigest: this.model.digest, layer, requestId: request_id, parties, partyId, rows };
    return computeSketch(kernels, seed, binding, this.#bundle.planes[layer]!, input_size);
  }

  #share(asked: InferRequest, { encoding, data }: Seen['inputs'][number]): FieldVector {
    const columns = this.model.inference.layers[asked.layer]!.input_size;
    const { scheme, parties, party_id } = asked.sharing!;
    if (encoding === 'field61') return fieldFromBytes(data);
    if (encoding === 'field61-packed') return unpackField(data, asked.batch_size * columns);
    const binding = {
      modelDigest: this.model.digest,
      layer: asked.layer,
      requestId: asked.request_id,
      parties,
      partyId: party_id,
      batchSize: asked.batch_size,
      columns,
    };
    return expandSeed(kernels, data, binding, scheme);
  }
}

export function respond(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): TransportResponse {
  return { status, header: (name) => headers[name], body };
}

export const json = (value: unknown, status = 200): TransportResponse =>
  respond(status, { 'content-type': 'application/json' }, new TextEncoder().encode(JSON.stringify(value)));

export const refuse = (
  code: ProblemCode,
  headers: Readonly<Record<string, string>> = {},
): TransportResponse => {
  const body = problem(code);
  const type = { 'content-type': 'application/problem+json' };
  return respond(body.status, { ...type, ...headers }, new TextEncoder().encode(JSON.stringify(body)));
};

export const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
