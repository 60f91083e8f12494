import { readBounded } from './bounded-body.ts';
import { concat } from './transport.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/** Requests by the platform's `fetch`: browsers, workers, Deno, Bun and Node. */
export function fetchTransport(
  fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
): Transport {
  return {
    async request(request: TransportRequest): Promise<TransportResponse> {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body && { body: concat(request.body) as Uint8Array<ArrayBuffer> }),
        signal: request.signal,
        redirect: 'manual',
        // answers to POST and PUT are not cached anyway; and where caches are off, Chromium forgets its CORS preflights too
        cache: request.method === 'GET' ? 'no-store' : 'default',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      });
      // browsers hide a redirect's status and target
      if (response.type === 'opaqueredirect')
        return { status: 302, header: () => undefined, body: concat([]) };
      return {
        status: response.status,
        header: (name) => response.headers.get(name) ?? undefined,
        body: await readBounded(chunksOf(response), response.status, request.maxResponseBytes),
      };
    },
    async close() {},
  };
}

/** Not every browser can iterate over a stream by itself. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
