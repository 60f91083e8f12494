import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ModelInfo } from '@sharemesh/wire';
import type { Context } from 'hono';
import type { Owner } from './engine.ts';

export interface AppEnv {
  /** Node's own objects, where the app runs behind the Node entry; absent under `app.request()`. */
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
}

/** What becomes known of a request on its way through the routes: for its answer, its log line and the metrics. */
export interface Trail {
  /** Who asks; empty until that is known. */
  owner: Owner;
  /** From the body, once it is known to be well-formed. */
  requestId: string | undefined;
  /** The model named, once it is known to exist. */
  model: Pick<ModelInfo, 'model_id' | 'version'> | undefined;
  /** Bytes of the body that were read, whether or not it was completed. */
  bytesIn: number;
  /** Charges body bytes to the client's quota, as they arrive. */
  charge: ((bytes: number) => void) | undefined;
  /** Headers for the answer, whatever it is. */
  answerHeaders: Readonly<Record<string, string>> | undefined;
}

export type AppContext = Context<AppEnv>;
/** As Hono calls it. */
export type Route = (c: AppContext) => Response | Promise<Response>;

/** What answers a request that is observed. */
export type Handler = (c: AppContext, trail: Trail) => Response | Promise<Response>;
