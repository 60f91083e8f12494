import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import type { ModelInfo } from '@sharemesh/wire';
import type { Activate } from './activate.ts';
import type { Backend, Fault, LinearContext, Phase, RequestRecord } from './backend.ts';
import { readRows } from './input.ts';
import type { InferOptions, Progress } from './options.ts';
import { buildReport } from './report.ts';
import type { InferenceLayer, InferenceReport } from './report.ts';
import { withTimeout } from './scope.ts';
import type { Scope } from './scope.ts';
import { scaleRows, unscaleRows } from './row-scaling.ts';
import type { ScaledRows } from './row-scaling.ts';
import { errorOf, refusalOf, saturate } from './saturation.ts';
import type { Refusal } from './saturation.ts';

export interface ClientOptions {
  readonly backend: Backend;
  readonly deadlineMs: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The activations of the model's layers. */
  readonly activate: Activate;
  /** See `CommonOptions`. */
  readonly fractionBits?: number | undefined;
  /** Let go of what lies below the backend. */
  readonly closeTransport: () => Promise<void>;
}

export interface PrepareOptions extends InferOptions {
  /** Rows of the inferences to come; prepared material fits this size only. Default 1. */
  readonly batch?: number;
}

export interface InferResult {
  /** What the model's last layer gives: `output_size` values. */
  readonly output: Float64Array;
  readonly report: InferenceReport;
}

export interface InferBatchResult {
  readonly outputs: Float64Array[];
  readonly report: InferenceReport;
}

/** A model that is ready to be used, privately. Made by `connect`. */
export class Client {
  readonly #options: ClientOptions;
  /** What is under way, to be ended when the client is closed. */
  readonly #scopes = new Set<Scope>();
  #open = true;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The model as all servers list it. */
  get model(): ModelInfo {
    return this.#options.backend.model;
  }

  /** Servers that `connect` had to go on without (shamir) and that have not come back yet: they are asked again in time. */
  get excluded(): readonly Fault[] {
    return this.#options.backend.excluded ?? [];
  }

  /** The way this client infers. */
  get backend(): Backend['name'] {
    return this.#options.backend.name;
  }

  /**
   * The model's output for one input.
   * @param x `input_size` finite numbers, in an array or a typed array; nothing else is taken for a number
   * @throws MeshError; its `code` is one of those in the README, its `party` who is to blame
   */
  async infer(x: ArrayLike<number>, options: InferOptions = {}): Promise<InferResult> {
    const { outputs, report } = await this.inferBatch([x], options);
    return { output: outputs[0]!, report };
  }

  /** As `infer`, for many inputs in as few requests as the servers allow; what a row gives does not depend on the others. */
  async inferBatch(
    rows: readonly ArrayLike<number>[],
    options: InferOptions = {},
  ): Promise<InferBatchResult> {
    const { backend, fractionBits } = this.#options;
    const width = this.model.inference.input_size;
    const x = readRows(rows, width);
    const total = x.length / width;
    // no row is too large for a scale of its own
    const tooLarge = fractionBits === undefined ? total : this.#scale(0, x, total).tooLarge;
    if (tooLarge < total) throw errorOf({ code: 'INPUT_OUT_OF_RANGE', row: tooLarge, layer: 0 });
    return this.#within(options, async (scope) => {
      const started = performance.now();
      const run: Run = { scope, requestLog: [], layers: [], refusal: undefined };
      const outputs: Float64Array[] = [];
      let { maxBatch } = backend;
      while (outputs.length < total) {
        const first = outputs.length;
        const rows = { first, count: Math.min(maxBatch, total - first) };
        const reported = run.layers.length;
        try {
          const part = x.subarray(first * width, (first + rows.count) * width);
          outputs.push(...split(await this.#run(part, rows, run), rows.count));
        } catch (error) {
          // on a slow line a smaller batch arrives in time
          if (rows.count === 1 || (error as MeshError).code !== 'REQUEST_TIMEOUT') throw error;
          maxBatch = Math.ceil(rows.count / 2);
          run.layers.length = reported;
        }
      }
      if (run.refusal) throw errorOf(run.refusal);
      const milliseconds = performance.now() - started;
      return { outputs, report: buildReport({ backend, batch: total, milliseconds, ...run }) };
    });
  }

  /**
   * All layers, one after the other: W·x elsewhere, bias and activation here.
   *
   * Which requests go out depends on public values only, whatever the servers reply: a value that leaves the range is
   * clamped, the remaining layers are sent, and the error waits in `run`.
   */
  async #run(x: Float64Array, { first, count: batch }: Rows, run: Run): Promise<Float64Array> {
    const { backend, activate } = this.#options;
    const { scope, requestLog, layers } = run;
    const dense = this.model.inference.layers;
    let values = x;
    for (const [index, layer] of dense.entries()) {
      const onPhase = (phase: Phase) => this.#tell({ layer: index, layers: dense.length, phase });
      const context: LinearContext = { signal: scope.signal, deadline: scope.deadline, requestLog, onPhase };
      const { mantissas, exponents, tooLarge } = this.#scale(index, values, batch);
      const { y, report } = await backend.linear(index, mantissas, batch, context);
      onPhase('activate');
      const started = performance.now();
      const range = { batch, last: index + 1 === dense.length };
      const z = addBias(unscaleRows(y, exponents), layer.bias);
      const before = saturate(z, range);
      values = activate(layer.activation, z, batch);
      const beyond = Math.min(before, saturate(values, range));
      run.refusal ??= refusalOf({ layer: index, first, tooLarge, beyond });
      const { significantBits } = report.precision;
      layers.push({
        ...report,
        precision: { ...report.precision, fractionBits: significantBits - Math.max(-1074, ...exponents) },
        phases: { ...report.phases, activate: performance.now() - started },
      });
    }
    return values;
  }

  #scale(layer: number, values: Float64Array, batch: number): ScaledRows {
    const { backend, fractionBits } = this.#options;
    const significantBits = backend.significantBits[layer]!;
    return scaleRows(values, batch, { significantBits, fractionBits });
  }

  /**
   * Fetch ahead what does not depend on the input, for `count` inferences of `batch` rows: each of these then takes a
   * single request to a single party for each layer. Material is used once, in order, and only while it is fresh;
   * beyond it, `infer` works as ever.
   * @throws MeshError UNSUPPORTED where there is nothing to fetch under this scheme
   */
  async prepare(count: number, options: PrepareOptions = {}): Promise<void> {
    const { backend } = this.#options;
    const { batch = 1 } = options;
    requireInteger('count', count, 1, 10_000, 'INVALID_OPTION');
    requireInteger('batch', batch, 1, backend.maxBatch, 'INVALID_OPTION');
    if (!backend.prepare) throw new MeshError('UNSUPPORTED', `${backend.name} has nothing to prepare`);
    await this.#within(options, async ({ signal, deadline }) => {
      await backend.prepare!(count, batch, { signal, deadline, requestLog: [] });
    });
  }

  /** End what is under way, forget keys and prepared material, close connections. */
  async close(): Promise<void> {
    this.#open = false;
    for (const scope of this.#scopes) scope.cancel(closed());
    this.#options.backend.close();
    await this.#options.closeTransport();
  }

  async #within<T>(options: InferOptions, work: (scope: Scope) => Promise<T>): Promise<T> {
    const { deadlineMs = this.#options.deadlineMs, signal } = options;
    requireInteger('deadlineMs', deadlineMs, 1, 2 ** 31 - 1, 'INVALID_OPTION');
    if (!this.#open) throw closed();
    return withTimeout(deadlineMs, signal, async (scope) => {
      this.#scopes.add(scope);
      try {
        scope.signal.throwIfAborted();
        return await work(scope);
      } finally {
        this.#scopes.delete(scope);
      }
    });
  }

  #tell(progress: Progress): void {
    try {
      this.#options.onProgress?.(progress);
    } catch {
      // an observer's mistake is no reason to fail the inference
    }
  }
}

/** The part of a batch that goes out together. */
interface Rows {
  readonly first: number;
  readonly count: number;
}

/** Where one pass through the layers writes what it did. */
interface Run {
  readonly scope: Scope;
  readonly requestLog: RequestRecord[];
  readonly layers: InferenceLayer[];
  /** The first error that waits until every request has been sent. */
  refusal: Refusal | undefined;
}

const closed = () => new MeshError('CLIENT_CLOSED', 'the client is closed');

/** `batch` rows, each an array of its own. */
function split(values: Float64Array, batch: number): Float64Array[] {
  const width = values.length / batch;
  return Array.from({ length: batch }, (_, i) => values.slice(i * width, (i + 1) * width));
}

function addBias(y: Float64Array, bias: readonly number[]): Float64Array {
  return y.map((value, i) => value + bias[i % bias.length]!);
}
