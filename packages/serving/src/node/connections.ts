import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The open connections of a server, and the answer that each is busy with. */
export class Connections {
  readonly #sockets = new Set<Duplex>();
  readonly #answers = new WeakMap<Duplex, ServerResponse>();

  constructor(server: Server, encrypted: boolean) {
    server.on(encrypted ? 'secureConnection' : 'connection', (socket: Duplex) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (incoming, outgoing) => this.#answers.set(incoming.socket, outgoing));
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
    for (const socket of this.#sockets) {
      const answer = this.#answers.get(socket);
      if (answer === undefined || answer.writableFinished) socket.destroy();
    }
  }
}
