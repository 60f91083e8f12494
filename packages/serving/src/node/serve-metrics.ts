import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../metrics.ts';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** GET /metrics for Prometheus, on a port of its own that clients need not reach. */
export async function serveMetrics(
  { registry }: Metrics,
  { host = '127.0.0.1', port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<MetricsServer> {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (incoming.method !== 'GET' || incoming.url !== '/metrics') return outgoing.writeHead(404).end();
    const text = await registry.metrics();
    return outgoing.writeHead(200, { 'content-type': registry.contentType }).end(text);
  };
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (incoming, outgoing) => {
    void answer(incoming, outgoing);
  });
  server.maxConnections = 16;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
