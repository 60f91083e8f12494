import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Owner } from './engine.ts';

/** What the routes and middleware of one request share. */
export interface AppEnv {
  /** Node's own objects, where the app runs behind the Node entry; absent under `app.request()`. */
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
  Variables: {
    owner: Owner;
    /** From the body, once it is known to be well-formed. */
    requestId: string;
    /** `model_id@version`, once it is known to exist. */
    model: string;
    /** Bytes of the body that were read. */
    bytesIn: number;
    /** Headers for the answer, whatever it is. */
    answerHeaders: Readonly<Record<string, string>>;
  };
}

export type AppContext = Context<AppEnv>;
export type Handler = (c: AppContext) => Response | Promise<Response>;
