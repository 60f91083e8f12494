import type { Logger } from 'pino';
import type { RunningServer } from './serve.ts';

/**
 * Close the servers on SIGINT or SIGTERM, the way `RunningServer.close` does; a second signal ends the process at once.
 * @returns a promise that resolves when they are closed
 */
export async function closeOnSignal(
  servers: readonly Pick<RunningServer, 'close'>[],
  logger?: Logger,
): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const leave = () => process.exit(1);
  process.on('SIGINT', leave).on('SIGTERM', leave);
  logger?.info({ signal }, 'closing');
  await Promise.allSettled(servers.map((server) => server.close()));
  process.off('SIGINT', leave).off('SIGTERM', leave);
  logger?.info('closed');
}
