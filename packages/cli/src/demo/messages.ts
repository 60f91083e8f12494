import * as z from 'zod/mini';

/** What a server of the demo tells the stage once it listens. */
export const ReadyMessage = z.object({ ready: z.url() });

/** What the stage then tells the client: where the servers listen, in their order. */
export const ServersMessage = z.object({ servers: z.array(z.url()) });

/** Send to the process that started this one, where there is one that listens. */
export function tellStage(message: z.infer<typeof ReadyMessage>): void {
  process.send?.(message);
}

/** The servers' addresses from the stage. */
export function serversFromStage(): Promise<readonly string[]> {
  return new Promise((resolve) => {
    process.once('message', (message) => {
      // an open channel would keep the process alive
      process.disconnect();
      resolve(ServersMessage.parse(message).servers);
    });
  });
}
