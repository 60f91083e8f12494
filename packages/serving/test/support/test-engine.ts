import { Refusal } from '@sharemesh/serving';
import type { AcceptContext, AcceptedWork, InferenceEngine } from '@sharemesh/serving';
import type { InferRequest, ModelInfo, TensorData } from '@sharemesh/wire';

const digest = `sha256:${'0'.repeat(64)}`;

/** A model of 4 inputs and 2 outputs, in the listing of GET /v1/models. */
export function testModel(overrides: Partial<ModelInfo> = {}): ModelInfo {
  return {
    model_id: 'tiny',
    version: '1',
    description: 'a test model',
    scheme: 'shares',
    digest,
    inference: {
      input_size: 4,
      output_size: 2,
      layers: [
        {
          type: 'dense',
          input_size: 4,
          output_size: 2,
          weight_bits: 14,
          row_scales: [1, 1],
          bias: [0, 0],
          max_row_sum: 4,
          weights_digest: digest,
          activation: { type: 'identity' },
        },
      ],
    },
    constraints: { max_batch_size: 8, max_body_bytes: 65_536 },
    ...overrides,
  };
}

export interface TestEngineOptions {
  readonly models?: readonly ModelInfo[];
  readonly concurrency?: number;
  readonly inline?: boolean;
  /** What a run does; by default it answers the first 16 bytes of its input in reverse. */
  readonly run?: (inputs: readonly TensorData[], signal: AbortSignal) => ReturnType<AcceptedWork['run']>;
}

/** Stands in for a way to compute: counts, and answers bytes that depend on the input. */
export class TestEngine implements InferenceEngine {
  readonly models: readonly ModelInfo[];
  readonly concurrency: number;
  readonly #options: TestEngineOptions;
  runs = 0;
  closed = false;

  constructor(options: TestEngineOptions = {}) {
    this.models = options.models ?? [testModel()];
    this.concurrency = options.concurrency ?? 1;
    this.#options = options;
  }

  accept(request: InferRequest, inputs: readonly TensorData[], { model }: AcceptContext): AcceptedWork {
    const expected = request.batch_size * model.inference.input_size * 8;
    if (inputs[0]?.data.length !== expected) {
      throw new Refusal('DIMENSION_MISMATCH', `the layer takes ${expected} bytes`);
    }
    return {
      inline: this.#options.inline ?? true,
      run: (signal) => {
        this.runs++;
        return (this.#options.run ?? reversed)(inputs, signal);
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export const reversed = ([input]: readonly TensorData[]): TensorData[] => [
  { encoding: 'field61', data: input!.data.subarray(0, 16).toReversed() },
];

/** A promise and the means to settle it. */
export function deferred<T = void>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
