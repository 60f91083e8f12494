import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionLimits } from './connection-limits.ts';

/** Is checked this often, and no later than a quarter of the shortest time-out. */
const CHECK_MS = 1_000;

/**
 * The open sockets of a server, from the TCP connection on, and the answer that each is busy with. Ends those that hold
 * their place without progress: TLS handshakes that do not finish, and answers that are not read.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** Every TCP connection, whether or not its handshake is done. */
  readonly #raw = new Set<Socket>();
  /** TCP connections whose TLS handshake is under way, by the client's address and port: since when. */
  readonly #handshakes = new Map<string, { readonly socket: Socket; readonly since: number }>();
  readonly #answers = new WeakMap<Duplex, ServerResponse>();
  /** What carries HTTP: the TCP connections, or the TLS streams on them. */
  readonly #streams = new Set<Socket>();
  /** When the answer that a client is reading must have been read. */
  readonly #deadlines = new WeakMap<Socket, number>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(server: Server, encrypted: boolean, limits: ConnectionLimits) {
    this.#limits = limits;
    server.on('connection', (socket: Socket) => {
      const name = nameOf(socket);
      this.#raw.add(socket);
      if (encrypted) this.#handshakes.set(name, { socket, since: performance.now() });
      socket.once('close', () => {
        this.#raw.delete(socket);
        this.#handshakes.delete(name);
      });
    });
    server.on(encrypted ? 'secureConnection' : 'connection', (stream: Socket) => {
      this.#handshakes.delete(nameOf(stream));
      this.#streams.add(stream);
      stream.once('close', () => this.#streams.delete(stream));
    });
    server.on('request', (incoming, outgoing) => this.#answers.set(incoming.socket, outgoing));
    const { headersTimeoutMs, answerTimeoutMs } = limits;
    // Node calls this when no byte went either way; while an answer is computed, that is as it should be
    server.setTimeout(answerTimeoutMs, (stream) => {
      if (this.answering(stream)) stream.destroy();
    });
    this.#timer = setInterval(
      () => this.#check(performance.now()),
      Math.min(CHECK_MS, headersTimeoutMs / 4, answerTimeoutMs / 4),
    );
    this.#timer.unref();
  }

  /** Is part of an answer on its way over this connection? */
  answering(socket: Duplex): boolean {
    const answer = this.#answers.get(socket);
    return answer !== undefined && answer.headersSent && !answer.writableFinished;
  }

  /**
   * Close those without a request. (Node's `closeIdleConnections` leaves those alone that never had one, until their
   * headers are overdue.)
   */
  closeIdle(): void {
    for (const { socket } of this.#handshakes.values()) socket.destroy();
    for (const stream of this.#streams) {
      const answer = this.#answers.get(stream);
      if (answer === undefined || answer.writableFinished) stream.destroy();
    }
  }

  /** Close every connection, whatever it is doing. */
  destroyAll(): void {
    clearInterval(this.#timer);
    for (const stream of this.#streams) stream.destroy();
    for (const socket of this.#raw) socket.destroy();
  }

  #check(now: number): void {
    for (const { socket, since } of this.#handshakes.values()) {
      if (now - since >= this.#limits.headersTimeoutMs) socket.destroy();
    }
    const waiting: Socket[] = [];
    for (const stream of this.#streams) {
      if (!this.answering(stream) || stream.writableLength === 0) this.#deadlines.delete(stream);
      else if (this.#overdue(stream, now)) stream.destroy();
      else waiting.push(stream);
    }
    // all together may keep no more in memory than this, the largest go first
    let held = waiting.reduce((total, { writableLength }) => total + writableLength, 0);
    waiting.sort((a, b) => b.writableLength - a.writableLength);
    for (const stream of waiting) {
      if (held <= this.#limits.maxUnreadBytes) break;
      held -= stream.writableLength;
      stream.destroy();
    }
  }

  /** A reader that goes on, but more slowly than the rate that is asked for, has as long as its answer takes at that rate. */
  #overdue(stream: Socket, now: number): boolean {
    const { answerTimeoutMs, minBytesPerSecond } = this.#limits;
    let deadline = this.#deadlines.get(stream);
    if (deadline === undefined) {
      deadline = now + answerTimeoutMs + (stream.writableLength / minBytesPerSecond) * 1_000;
      this.#deadlines.set(stream, deadline);
    }
    return now > deadline;
  }
}

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
