import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageFile } from './bundle-page.ts';
import { pagePolicy } from './page-policy.ts';

export interface PageServer {
  /** Such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** What is served from now on, and which servers the page may call. */
  show(files: ReadonlyMap<string, PageFile>, servers: readonly string[]): void;
  close(): Promise<void>;
}

/**
 * Serve files from memory to this machine. The address is there before the files are: the other servers must know which
 * page may call them.
 * @param port 0: the operating system chooses
 */
export async function startPageServer(port: number): Promise<PageServer> {
  let files: ReadonlyMap<string, PageFile> = new Map();
  let servers: readonly string[] = [];
  const server = createServer((request, response) => answer(request, response, files, servers));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(void server.off('error', reject)));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(newFiles, newServers) {
      files = newFiles;
      servers = newServers;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, PageFile>,
  servers: readonly string[],
): void {
  const url = new URL(request.url ?? '/', 'http://page.invalid');
  const readable = request.method === 'GET' || request.method === 'HEAD';
  const file = files.get(url.pathname);
  const policy = file?.policy ?? pagePolicy(servers, { wasm: !url.searchParams.has('plain') });
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  // isolated pages have clocks of 5 µs, others of 100
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  response.setHeader('cache-control', 'no-store');
  if (!readable) {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not here\n');
    return;
  }
  response.writeHead(200, { 'content-type': file.type });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}
