import type { InferRequest, TensorData } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';

/** What a tensor looks like from outside. */
export interface TensorShape {
  readonly encoding: TensorData['encoding'];
  readonly byteLength: number;
}

/** A request for one layer, as its backend built it. */
export interface InferCall {
  /** Fresh for every sharing or encryption; kept across retries, which are byte for byte the same. */
  readonly requestId: string;
  /** Where it carries a share: the ids of all requests with shares of the same secret. Never sent. */
  readonly siblings?: readonly string[];
  readonly layer: number;
  readonly batch: number;
  readonly inputs: readonly TensorData[];
  /** The scheme's own block of the request, `{ sharing }` or `{ encryption }`, and the operation if it is no product. */
  readonly scheme: Pick<InferRequest, 'sharing' | 'encryption' | 'operation'>;
  /** The outputs the reply must hold, no more and no less. */
  readonly expect: readonly TensorShape[];
}

/**
 * One server, as a backend sees it: requests go out with retries inside the deadline, and what comes back has been
 * checked against the request (echoes, model digest, encoding, exact lengths). Contents are the backend's to check.
 */
export interface Channel {
  /** The server's URL without a slash at its end: what errors and reports call it. */
  readonly party: string;
  /** POST /v1/infer, and polling where the server answers with a job. Outputs are views; the caller owns them. */
  infer(call: InferCall, context: LinearContext): Promise<TensorData[]>;
  /** GET of a v1 route that answers JSON, e.g. `keys`. Unchecked beyond being JSON. */
  getJson(route: string, context: LinearContext): Promise<unknown>;
  /** PUT of raw bytes, e.g. `keys/{key_id}`; the JSON that answers. Idempotent on the server. */
  putBytes(route: string, bytes: Uint8Array, context: LinearContext): Promise<unknown>;
}
