import type { InferRequest, ModelInfo, TensorData } from '@sharemesh/wire';

/**
 * The seam to `@sharemesh/client`, which depends on this package: the parts of its `Backend`, `Channel` and
 * `LinearContext` that are used here, in the same shapes.
 */
export type Phase = 'encrypt' | 'send' | 'decrypt';

export interface LinearContext {
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly requestLog: unknown[];
  /** Called as each phase begins. Must not throw. */
  readonly onPhase?: (phase: Phase) => void;
}

export interface Channel<Context> {
  /** Origin of the server's URL. */
  readonly party: string;
  infer(
    call: {
      readonly requestId: string;
      readonly layer: number;
      readonly batch: number;
      readonly inputs: readonly TensorData[];
      readonly scheme: Pick<InferRequest, 'encryption'>;
      readonly expect: readonly { readonly encoding: TensorData['encoding']; readonly byteLength: number }[];
    },
    context: Context,
  ): Promise<TensorData[]>;
  putBytes(route: string, bytes: Uint8Array, context: Context): Promise<unknown>;
}

export interface BackendOptions<Context extends LinearContext> {
  readonly channel: Channel<Context>;
  readonly model: ModelInfo;
  readonly scheme: 'ckks' | 'bfv';
  readonly tier: 'circuit-private' | 'public-model';
  readonly context: Context;
}

export interface LinearResult {
  /** batch × output_size, row-major: diag(row_scales)·Wq·x, without the bias. */
  readonly y: Float64Array;
  readonly report: {
    readonly layer: number;
    readonly batch: number;
    readonly phases: Readonly<Partial<Record<Phase, number>>>;
    readonly precision: { readonly fractionBits: number; readonly bound: number; readonly limit: number };
    readonly faults: readonly { readonly party: string; readonly code: string }[];
    readonly prepared: boolean;
  };
}

/** W·x from one server that cannot read x. */
export interface CiphertextBackend<Context extends LinearContext> {
  readonly name: 'ckks' | 'bfv';
  readonly model: ModelInfo;
  readonly maxBatch: number;
  linear(layer: number, x: Float64Array, batch: number, context: Context): Promise<LinearResult>;
  close(): void;
}
