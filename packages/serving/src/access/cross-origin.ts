import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { HEADER_LENGTH } from '@sharemesh/wire';
import type { AppEnv } from '../context.ts';

/** Lets web pages of these origins, and no others, call the server and read its answers. No cookies are involved. */
export const crossOrigin = (origins: readonly string[]): MiddlewareHandler<AppEnv> =>
  cors({
    origin: [...origins],
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
