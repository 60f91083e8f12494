import type { ModelBundle } from '@sharemesh/model';
import type { DigitClassifier } from '@sharemesh/model/demo';

/*
 * What the processes of the demo say to each other, over the channel that Node opens between a process and the one that
 * started it. They are one program, so they take each other's word.
 */

/** From the stage to a server: what to serve. */
export interface ServerStart {
  readonly bundle: ModelBundle;
}

/** From a server to the stage: where it listens. */
export interface ServerReady {
  readonly url: string;
}

/** From the stage to the client, once all servers are ready: their URLs, and the model in the clear to compare with. */
export interface ClientStart {
  readonly servers: readonly string[];
  readonly classifier: DigitClassifier & ServerStart;
}

/** The servers write through pipes of their own: time for what they drew to reach the terminal before what follows. */
export const TURN_MS = 120;

/** Was this process started by the stage, or by hand? */
export const onStage = (): boolean => process.send !== undefined;

/** The one message that the stage sends to this process. The channel keeps the process alive no longer than that. */
export function fromStage<Message>(): Promise<Message> {
  return new Promise((resolve) => process.once('message', (message) => resolve(message as Message)));
}

/** Does nothing where there is no stage. */
export function tellStage(message: ServerReady): void {
  process.send?.(message);
}

/** A server must not outlive the demo that it is part of, whatever becomes of the stage. */
export function endWithStage(): void {
  process.once('disconnect', () => process.exit());
  process.channel?.unref();
}
