import type { Handler } from '../context.ts';
import { Refusal } from '../refusal.ts';

const MAX_URI_LENGTH = 2_048;

/** What is not under a route of v1: another version of the API, a wrong address, or one too long to look at. */
export const noSuchRoute: Handler = (c) => {
  if (c.req.url.length > MAX_URI_LENGTH) {
    throw new Refusal('URI_TOO_LONG', `an address has at most ${MAX_URI_LENGTH} characters`);
  }
  if (/^\/v(?!1\/)[0-9]+\//.test(c.req.path)) {
    throw new Refusal('UNSUPPORTED_API_VERSION', 'the routes are under /v1/');
  }
  throw new Refusal('NOT_FOUND', 'the routes are under /v1/');
};
