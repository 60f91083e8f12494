import { describe, expect, it } from 'vitest';
import { fetchTransport } from '@sharemesh/client';
import type { TransportRequest } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';

const request = (more: Partial<TransportRequest> = {}): TransportRequest => ({
  method: 'POST',
  url: new URL('https://a.example/v1/infer'),
  headers: { 'content-type': 'application/octet-stream' },
  body: [new Uint8Array([1, 2]), new Uint8Array([3])],
  signal: new AbortController().signal,
  maxResponseBytes: 100,
  ...more,
});

describe('the fetch transport', () => {
  it('sends the chunks as one body, without cookies, caching, redirects or a referrer', async () => {
    let sent: RequestInit | undefined;
    const transport = fetchTransport(async (_, init) => {
      sent = init;
      return new Response(new Uint8Array([9]), { status: 202, headers: { 'Retry-After': '1' } });
    });
    const response = await transport.request(request());
    expect(response).toMatchObject({ status: 202, body: new Uint8Array([9]) });
    expect(response.header('retry-after')).toBe('1');
    expect(response.header('location')).toBeUndefined();
    expect(sent).toMatchObject({
      method: 'POST',
      body: new Uint8Array([1, 2, 3]),
      redirect: 'manual',
      credentials: 'omit',
      // with caches off, Chromium would ask for leave (a CORS preflight) before each and every request
      cache: 'default',
      referrerPolicy: 'no-referrer',
    });
    const { body: _, ...get } = request({ method: 'GET' });
    await transport.request(get);
    expect(sent).toMatchObject({ method: 'GET', cache: 'no-store' });
    await transport.close();
  });

  it('stops reading a body that is too long, and ends its stream', async () => {
    let ended = false;
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(30));
      },
      cancel: () => {
        ended = true;
      },
    });
    const transport = fetchTransport(async () => new Response(endless));
    await failure(transport.request(request()), 'REPLY_TOO_LARGE');
    expect(ended).toBe(true);
    expect(pulled).toBeLessThan(10);
    const exact = fetchTransport(async () => new Response(new Uint8Array(100)));
    expect((await exact.request(request())).body).toHaveLength(100);
  });

  it('takes a redirect that the browser hides for a redirect', async () => {
    const hidden = { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null };
    const transport = fetchTransport(async () => hidden as Response);
    expect((await transport.request(request())).status).toBe(302);
  });

  it('has an empty body where there is none', async () => {
    const transport = fetchTransport(async () => new Response(null, { status: 204 }));
    expect((await transport.request(request({ method: 'GET' }))).body).toHaveLength(0);
  });
});
