import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { HEADER_LENGTH } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { AppEnv } from '../context.ts';

/** Why an origin is refused. */
export const NOT_AN_ORIGIN =
  'an origin is a scheme, a host and a port if it has one, such as https://app.example: no path, and no *';

/**
 * The origin that a browser sends for a web page: scheme, host and port, in the one spelling that it has.
 * @returns undefined where the text is no origin: `*`, a path, a user, another scheme than http and https
 */
export function readOrigin(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  const named = /^https?:$/.test(url.protocol) && !url.hostname.includes('*');
  return bare && named ? url.origin : undefined;
}

/** Lets web pages of these origins, and no others, call the server and read its answers. No cookies are involved. */
export const crossOrigin = (origins: readonly string[]): MiddlewareHandler<AppEnv> =>
  cors({
    origin: origins.map(requireOrigin),
    allowMethods: ['GET', 'POST', 'PUT'],
    allowHeaders: ['authorization', 'content-type', HEADER_LENGTH, 'prefer', 'traceparent'],
    exposeHeaders: [
      HEADER_LENGTH,
      'location',
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
      'sharemesh-receipt',
    ],
    maxAge: 600,
  });

function requireOrigin(text: string): string {
  const origin = readOrigin(text);
  if (origin === undefined) throw new MeshError('INVALID_CONFIG', NOT_AN_ORIGIN);
  return origin;
}
