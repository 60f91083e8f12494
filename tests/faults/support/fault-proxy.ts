import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultKind } from './faults.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Tells the party's log that what it got is not what the client sent. */
export const DAMAGED_HEADER = 'x-damaged-on-the-way';

/** How long a reply is held back for another to overtake it. */
const REORDER_MS = 40;

/**
 * A stretch of network between the client and one party, on a real socket. Each POST /v1/infer that comes through meets
 * the next fault of the plan; everything else passes.
 */
export class FaultProxy {
  /** Faults of the exchanges to come, in order; after the last one the network is fine. */
  plan: Fault[] = [];
  /** Faults that were really met. */
  readonly met: FaultKind[] = [];
  /** Where `redirect` leads: another party. */
  redirectTo = '';
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #previous: Reply | undefined;
  #overtaken: (() => void)[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => {
      this.#pass(incoming, outgoing).catch(() => outgoing.destroy());
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const infer = incoming.method === 'POST' && incoming.url === '/v1/infer';
    const fault = (infer && this.plan.shift()) || { kind: 'none' };
    if (infer) this.met.push(fault.kind);
    const { socket } = incoming;

    if (fault.kind === 'slow') await slowly(incoming);
    const body = await readAll(incoming);
    if (fault.kind === 'reset-before') return void socket.resetAndDestroy();
    if (fault.kind === 'redirect') {
      return void outgoing.writeHead(fault.status, { location: `${this.redirectTo}/v1/infer` }).end();
    }
    if (fault.kind === 'garbage') return answerGarbage(fault.what, outgoing, socket);
    if (fault.kind === 'delay') await sleep(fault.milliseconds);
    if (fault.kind === 'corrupt-request') flip(body, fault);

    const damaged = fault.kind === 'corrupt-request';
    let reply = await this.#forward(incoming, body, damaged);
    if (fault.kind === 'duplicate') reply = await this.#forward(incoming, body, damaged);
    if (fault.kind === 'reset-after') return void socket.resetAndDestroy();
    if (fault.kind === 'drop') return;
    if (fault.kind === 'reorder') await this.#wait();
    if (fault.kind === 'corrupt-reply') flip(reply.body, fault);

    const sent = fault.kind === 'swap' ? (this.#previous ?? reply) : reply;
    if (infer && reply.status === 200) this.#previous = reply;
    await send(sent, fault, outgoing, socket);
    if (infer) for (const wake of this.#overtaken.splice(0)) wake();
  }

  #wait(): Promise<void> {
    return Promise.race([
      new Promise<void>((resolve) => void this.#overtaken.push(resolve)),
      sleep(REORDER_MS),
    ]);
  }

  #forward(incoming: IncomingMessage, body: Buffer, damaged: boolean): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const options = {
        host: this.#target.hostname,
        port: this.#target.port,
        method: incoming.method,
        path: incoming.url,
        headers: {
          ...incoming.headers,
          host: this.#target.host,
          'content-length': body.length,
          ...(damaged && { [DAMAGED_HEADER]: 'yes' }),
        },
        agent: false,
      };
      const request = httpRequest(options, (response) => {
        readAll(response).then(
          (bytes) => resolve({ status: response.statusCode!, headers: response.headers, body: bytes }),
          reject,
        );
      });
      request.on('error', reject).end(body);
    });
  }
}

async function send(reply: Reply, fault: Fault, outgoing: ServerResponse, socket: Socket): Promise<void> {
  const headers: Record<string, string | string[] | number | undefined> = { ...reply.headers };
  delete headers['transfer-encoding'];
  delete headers['connection'];
  headers['content-length'] = reply.body.length;
  const length = Number(headers['inference-header-content-length']);
  if (fault.kind === 'resplit' && length > 0) headers['inference-header-content-length'] = length + fault.by;
  outgoing.writeHead(reply.status, headers as Record<string, string>);
  if (fault.kind === 'truncate') {
    outgoing.write(reply.body.subarray(0, Math.floor(reply.body.length * fault.at)));
    return void setImmediate(() => socket.end());
  }
  if (fault.kind === 'slow') {
    for (let at = 0; at < reply.body.length; at += Math.ceil(reply.body.length / 8)) {
      outgoing.write(reply.body.subarray(at, at + Math.ceil(reply.body.length / 8)));
      await sleep(2);
    }
    return void outgoing.end();
  }
  outgoing.end(reply.body);
  if (fault.kind === 'double-reply') {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    socket.write(`HTTP/1.1 ${reply.status} OK\r\n${lines.join('\r\n')}\r\n\r\n`);
    socket.write(reply.body);
  }
}

function answerGarbage(what: string, outgoing: ServerResponse, socket: Socket): void {
  const html = { 'content-type': 'text/html' };
  const json = { 'content-type': 'application/json' };
  switch (what) {
    case 'html-200':
      return void outgoing.writeHead(200, html).end('<h1>Welcome to the captive portal</h1>');
    case 'html-502':
      return void outgoing.writeHead(502, html).end('<h1>Bad gateway</h1>');
    case 'json-200':
      return void outgoing.writeHead(200, json).end('{"api_version":"v1","status":"completed"}');
    case 'retry-503':
      return void outgoing.writeHead(503, { ...html, 'retry-after': '0' }).end();
    case 'empty-200':
      return void outgoing.writeHead(200).end();
    default:
      return void socket.end('SSH-2.0-OpenSSH_9.9\r\n');
  }
}

/** Take what comes a little at a time: the sender feels a slow reader. */
async function slowly(incoming: IncomingMessage): Promise<void> {
  incoming.pause();
  await sleep(20);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function flip(body: Buffer, { at, bit }: { readonly at: number; readonly bit: number }): void {
  if (body.length > 0) body[Math.floor(at * body.length)]! ^= 1 << bit;
}
