import type { RequestListener } from 'node:http';
import type { TestParty } from './test-party.ts';

/** A party as a listener of Node's own servers. */
export const listenerOf =
  (party: TestParty): RequestListener =>
  (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const answer = await party.handle({
        method: incoming.method as 'GET',
        url: new URL(incoming.url!, 'http://party'),
        headers: incoming.headers as Record<string, string>,
        body: [Buffer.concat(chunks)],
        signal: new AbortController().signal,
        maxResponseBytes: Infinity,
      });
      for (const name of ['content-type', 'inference-header-content-length']) {
        const value = answer.header(name);
        if (value !== undefined) response.setHeader(name, value);
      }
      response.writeHead(answer.status).end(answer.body);
    });
  };
