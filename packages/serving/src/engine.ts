import type { InferRequest, KeysResponse, ModelInfo, TensorData } from '@sharemesh/wire';

/** Whose request it is: the name of the bearer token's holder, or `anonymous` where no tokens are configured. */
export type Owner = string;

/**
 * One way to compute on private inputs: W·x_i on shares, or W·x under encryption. The routes know nothing more of it.
 *
 * An engine is asked only after the envelope, the sizes and the base64 are known to be right, the model, its
 * version, scheme and layer are known to exist, and the batch is within the model's limit.
 */
export interface InferenceEngine {
  /** What GET /v1/models lists; fixed for the life of the server. */
  readonly models: readonly ModelInfo[];

  /** How many `run`s that are not inline may be under way at once; the rest wait in the app's queue. */
  readonly concurrency: number;

  /** What GET /v1/keys lists. An engine that lists keys also has `registerKey`. */
  readonly requiredKeys?: KeysResponse['required'];

  /**
   * Keep a key for its owner. The route has checked that `keyId` is `sha256:` and the digest of the bytes; the bytes
   * are the engine's to keep. Registering the same key again is not an error.
   * @returns whether the key was new to this owner
   * @throws Refusal or MeshError with a ProblemCode, such as PARAMETER_MISMATCH or INVALID_PAYLOAD
   */
  registerKey?(keyId: string, bytes: Uint8Array, owner: Owner): boolean | Promise<boolean>;

  /**
   * Check what is left to check: the scheme's block, its parameters, the lengths of the inputs, canonical values.
   * Everything that is refused is refused here, before any arithmetic. The inputs are views that stay valid.
   * @throws Refusal or MeshError with a ProblemCode
   */
  accept(request: InferRequest, inputs: readonly TensorData[], context: AcceptContext): AcceptedWork;

  /** Give back threads and memory; called once, when no work is under way any more. */
  close?(): Promise<void>;
}

export interface AcceptContext {
  /** The model the request names: one of `models`. */
  readonly model: ModelInfo;
  readonly owner: Owner;
}

export interface AcceptedWork {
  /** Short enough (well below a millisecond) to run on the event loop at once, past the queue. */
  readonly inline: boolean;

  /**
   * Compute the outputs, in memory of their own. Called at most once. May throw a MeshError with a ProblemCode; anything else becomes
   * INTERNAL. `signal` aborts when the server gives up on the work; its result is then dropped.
   */
  run(signal: AbortSignal): readonly TensorData[] | Promise<readonly TensorData[]>;
}
