import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { DelayLine } from './delay-line.ts';

/**
 * A TCP server that passes everything on to another, each way half a round-trip time later: a longer cable. It limits no
 * bandwidth, and opening a connection costs nothing extra; clients that keep theirs open do not notice.
 *
 * @param target a port of this machine
 * @param rttMs added to every round trip
 */
export function delayProxy(target: number, rttMs: number): Server {
  return createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: target, noDelay: true, allowHalfOpen: true });
    pipeLate(near, far, rttMs / 2);
    pipeLate(far, near, rttMs / 2);
  });
}

function pipeLate(from: Socket, to: Socket, delayMs: number): void {
  const line = new DelayLine<Uint8Array | undefined>(delayMs, (chunk) => {
    if (to.destroyed) return;
    if (chunk) to.write(chunk);
    else to.end();
  });
  from.on('data', (chunk: Uint8Array) => line.push(chunk));
  from.on('end', () => line.push(undefined));
  // one side that breaks takes the other with it
  from.on('error', () => to.destroy());
  from.on('close', () => line.push(undefined));
}
