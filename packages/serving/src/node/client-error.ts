import { STATUS_CODES } from 'node:http';
import type { Server } from 'node:http';
import { PROBLEM_MEDIA_TYPE, problem } from '@sharemesh/wire';
import type { ProblemCode } from '@sharemesh/wire';
import type { Connections } from './connections.ts';

const codes: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'PAYLOAD_TOO_LARGE',
};

/** What Node refuses before there is a request to route is a problem like any other, not an answer of Node's own. */
export function answerClientErrors(server: Server, connections: Connections): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || connections.answering(socket)) {
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
