import type { ModelInfo, ProblemCode, TensorData } from '@sharemesh/wire';
import type { Target } from '../support/target.ts';

/** A request without the description of its inputs, which depends on the form it is sent in. */
export interface SchemeRequest {
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TensorData[];
}

export interface Place {
  readonly layer: number;
  readonly batch: number;
}

/** What the suite has to know of a way to compute; everything else it takes from the wire. */
export interface SchemeContract {
  readonly scheme: ModelInfo['scheme'];

  /** Make the server ready, such as by registering keys. Called once for each server. */
  prepare?(target: Target): Promise<void>;

  /** A good request, fresh each time. */
  makeRequest(model: ModelInfo, place: Place): SchemeRequest;

  /** Requests that are wrong in the scheme's own ways, and what refuses them. */
  wrongRequests(
    model: ModelInfo,
  ): { readonly name: string; readonly request: SchemeRequest; readonly code: ProblemCode }[];

  /** Hold the server's arithmetic to what can be known of it without the weights. */
  checkArithmetic(
    model: ModelInfo,
    infer: (request: SchemeRequest) => Promise<readonly TensorData[]>,
  ): Promise<void>;
}
