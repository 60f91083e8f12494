import { STATUS_CODES } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_MEDIA_TYPE, problem } from '@sharemesh/wire';
import type { ProblemCode } from '@sharemesh/wire';

const codes: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'PAYLOAD_TOO_LARGE',
};

/** What Node refuses before there is a request to route is a problem like any other, not an answer of Node's own. */
export function answerClientErrors(server: Server): void {
  const current = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (incoming, outgoing) => current.set(incoming.socket, outgoing));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const begun = current.get(socket);
    const between = begun === undefined || begun.writableFinished || !begun.headersSent;
    if (error.code === 'ECONNRESET' || !socket.writable || !between) {
      socket.destroy();
      return;
    }
    socket.end(rawProblem(codes[error.code ?? ''] ?? 'MALFORMED_REQUEST'), () => socket.destroy());
  });
}

/** A whole HTTP/1.1 response, for sockets that have no request. */
function rawProblem(code: ProblemCode): string {
  const body = JSON.stringify(problem(code));
  const { status } = problem(code);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
