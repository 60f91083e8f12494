import type { ErrorCode, ModelInfo } from '@sharemesh/wire';

/** What a backend spends its time on; `shares` and the ciphertext backends name their own steps. */
export type Phase =
  'encode' | 'share' | 'encrypt' | 'send' | 'verify' | 'reconstruct' | 'decrypt' | 'decode' | 'activate';

/** One HTTP exchange, retries included each on its own. */
export interface RequestRecord {
  /** The server's URL. */
  readonly party: string;
  /** Layer the exchange was for; absent where it was for no layer (a job's poll says the layer of its job). */
  readonly layer?: number;
  /** Bytes of the bodies; headers are not counted. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly milliseconds: number;
  /** HTTP status, or 0 where no answer came. */
  readonly status: number;
  /** No answer came, or not all of it, because this side no longer waited. */
  readonly cancelled: boolean;
}

/** What one call of `linear` may use and where it tells what it did. */
export interface LinearContext {
  /** Aborts at the deadline, when the caller cancels, and when the inference fails elsewhere. */
  readonly signal: AbortSignal;
  /** When the inference must be over, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Every exchange is appended, also those of calls that fail. */
  readonly requestLog: RequestRecord[];
  /** Called as each phase begins. Must not throw. */
  readonly onPhase?: (phase: Phase) => void;
}

/** How exact the layer was: what was chosen, and the bound that says it was safe. */
export interface Precision {
  /**
   * Binary digits that are kept of an input, counted from the largest of its row: each value is exact to
   * 2^-significantBits of that. For `ckks` the bound of the noise counts too.
   */
  readonly significantBits: number;
  /** Upper bound of every |output| in integer units. */
  readonly bound: number;
  /** What `bound` must stay below: p/2 for shares, half the plaintext modulus for ciphertexts. */
  readonly limit: number;
}

/** A server that did not contribute to a result that was found without it. */
export interface Fault {
  readonly party: string;
  /** The error's code; WRONG_REPLY where the reply was well-formed and its content false. */
  readonly code: ErrorCode;
}

export interface LayerReport {
  readonly layer: number;
  readonly batch: number;
  /** Milliseconds by phase; phases the backend does not have are absent. */
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  readonly precision: Precision;
  /** Empty where the first failure fails the call. */
  readonly faults: readonly Fault[];
  /**
   * Servers whose replies had not come when there were enough without them, and were not waited for: slow, or silent for
   * good. Absent where all replies are needed.
   */
  readonly late?: readonly string[];
  /** Under Shamir sharing without verification: what replies beyond the threshold said. */
  readonly agreement?: {
    /** How many there were: so many wrong ones would have been noticed (`detect`), or half as many corrected (`correct`). */
    readonly surplus: number;
    /**
     * Servers whose replies do not agree with those that were used (`correct`). Who of them is wrong cannot be told: it is
     * they, unless more than half the surplus lied together.
     */
    readonly disagreeing: readonly string[];
  };
  /** Servers that take no part for now: `connect` had to go on without them, and they have not come back. Absent as `late`. */
  readonly excluded?: readonly Fault[];
  /** Were the replies of the seed-holding parties fetched ahead of time? */
  readonly prepared: boolean;
}

export interface LinearResult {
  /** batch × output_size, row-major: diag(row_scales)·Wq·x, without the bias. */
  readonly y: Float64Array;
  readonly report: LayerReport;
}

/**
 * A way to compute W·x without showing x to whoever holds W.
 *
 * The client owns everything else: bias, activation, the order of the layers, deadlines. An implementation must pass
 * the compliance suite in `test/backend-compliance.ts`.
 */
export interface Backend {
  readonly name: 'shares' | 'ckks' | 'bfv';
  readonly model: ModelInfo;
  /** Most rows that one call of `linear` takes. */
  readonly maxBatch: number;
  /** For each layer, the binary digits kept of an input: a public property of the model. See `Precision`. */
  readonly significantBits: readonly number[];
  /** Servers that take no part for now. Absent where all are needed. */
  readonly excluded?: readonly Fault[] | undefined;

  /**
   * One layer of a batch. Its requests, and whether it throws, depend on nothing that is secret: neither on x nor on what
   * replies decrypt or add up to.
   * @param layer index into `model.inference.layers`
   * @param x batch × input_size values in (−1, 1), row-major; not kept and not changed
   * @throws MeshError for what servers do
   */
  linear(layer: number, x: Float64Array, batch: number, context: LinearContext): Promise<LinearResult>;

  /** Fetch ahead what does not depend on the input, for `count` inferences of `batch` rows. Absent: nothing to fetch. */
  prepare?(count: number, batch: number, context: LinearContext): Promise<void>;

  /** Forget keys and prepared material. The backend is unusable afterwards; calling it twice does nothing. */
  close(): void;
}
