import { API_VERSION, MAX_MODELS } from '@sharemesh/wire';
import type { InferRequest, ModelInfo, ModelsResponse } from '@sharemesh/wire';
import type { InferenceEngine } from './engine.ts';
import { MeshError } from '@sharemesh/wire/errors';
import { Refusal } from './refusal.ts';

export interface Served {
  readonly engine: InferenceEngine;
  readonly model: ModelInfo;
}

/** Every model of every engine, fixed for the life of the server. */
export class Catalog {
  readonly #served: readonly Served[];
  /** The body of GET /v1/models. */
  readonly listing: string;

  /** @throws MeshError INVALID_CONFIG for one model twice, or more than a client takes */
  constructor(engines: readonly InferenceEngine[]) {
    this.#served = engines.flatMap((engine) => engine.models.map((model) => ({ engine, model })));
    const models = this.#served.map(({ model }) => model);
    const names = new Set(models.map(nameOf));
    if (names.size !== models.length) throw invalid(`${twice(models)} is there twice`);
    if (models.length > MAX_MODELS) {
      throw invalid(`a server lists at most ${MAX_MODELS} models, and these are ${models.length}`);
    }
    this.listing = JSON.stringify({ api_version: API_VERSION, models } satisfies ModelsResponse);
  }

  /**
   * The model a request names, under the scheme it uses.
   * @throws Refusal UNKNOWN_MODEL, UNKNOWN_VERSION, UNSUPPORTED_SCHEME
   */
  find(request: InferRequest): Served {
    const scheme = request.encryption?.scheme ?? 'shares';
    const served = this.#served.find(
      ({ model }) =>
        model.model_id === request.model_id && model.version === request.version && model.scheme === scheme,
    );
    if (served) return served;
    const named = this.#served.filter(({ model }) => model.model_id === request.model_id);
    if (named.length === 0) throw new Refusal('UNKNOWN_MODEL', 'GET /v1/models lists the models served here');
    if (!named.some(({ model }) => model.version === request.version)) {
      throw new Refusal('UNKNOWN_VERSION', 'GET /v1/models lists the versions served here');
    }
    throw new Refusal('UNSUPPORTED_SCHEME', `this model is not served under ${scheme}`);
  }
}

const nameOf = ({ model_id, version, scheme }: ModelInfo) => `${model_id}@${version} under ${scheme}`;

const twice = (models: readonly ModelInfo[]) =>
  models.map(nameOf).find((name, at, names) => names.indexOf(name) !== at);

const invalid = (message: string) => new MeshError('INVALID_CONFIG', message);

/**
 * What holds for any scheme: the layer is there, the batch and the body are within the model's limits.
 * @throws Refusal UNKNOWN_LAYER, BATCH_TOO_LARGE, PAYLOAD_TOO_LARGE
 */
export function checkConstraints(model: ModelInfo, request: InferRequest, bodyBytes: number): void {
  const { layers } = model.inference;
  const { max_batch_size, max_body_bytes } = model.constraints;
  if (request.layer >= layers.length) {
    throw new Refusal('UNKNOWN_LAYER', `the model has ${layers.length} layers, counted from 0`);
  }
  if (request.batch_size > max_batch_size) {
    throw new Refusal('BATCH_TOO_LARGE', `the model takes batches of up to ${max_batch_size}`);
  }
  if (bodyBytes > max_body_bytes) {
    throw new Refusal('PAYLOAD_TOO_LARGE', `the model takes bodies of up to ${max_body_bytes} bytes`);
  }
}
