import type { Server } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Listen on a free port of this machine, and print the line that whoever started the process waits for. */
export function announceReady(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}` })}\n`);
  });
}
