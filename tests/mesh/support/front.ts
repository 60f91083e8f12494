import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, whole. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a front does with a request; `pass` hands it to the party behind and answers with what that says. */
export type Behaviour = (arrival: Arrival, response: ServerResponse, pass: () => Promise<void>) => unknown;

/** A listener of its own in front of a party: sees what the client sends, and can behave as a faulty party would. */
export interface Front {
  readonly url: string;
  readonly arrivals: Arrival[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export async function openFront(party: string): Promise<Front> {
  const arrivals: Arrival[] = [];
  let behaviour: Behaviour = (_arrival, _response, pass) => pass();
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const arrival = { method: request.method!, path: request.url!, headers: request.headers, body };
      arrivals.push(arrival);
      return behaviour(arrival, response, () => pass(party, arrival, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function pass(
  party: string,
  { method, path, headers, body }: Arrival,
  response: ServerResponse,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onward = forward(new URL(path, party), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response).once('finish', resolve).once('error', reject);
    });
    onward.once('error', reject);
    onward.end(body);
  });
}
