import { digitsBundle } from '@sharemesh/model/demo';
import type { ModelBundle } from '@sharemesh/model';
import type { ServingApp } from '@sharemesh/serving';
import { closeOnSignal, serve } from '@sharemesh/serving/node';
import type { Terminal } from '../terminal/terminal.ts';
import { endWithStage, fromStage, onStage, tellStage } from './messages.ts';
import type { ServerStart } from './messages.ts';

export interface DemoServerChoice {
  readonly name: string;
  /** 0: any free one. */
  readonly port: number;
}

/** The model that this server has: from the stage, or the same one made on the spot. */
export async function modelToServe(): Promise<ModelBundle> {
  const { bundle } = onStage() ? await fromStage<ServerStart>() : digitsBundle();
  return bundle;
}

/** Listen, say so, and stay until told to stop. @param waitsFor such as `a share` */
export async function takePart(
  terminal: Terminal,
  serving: ServingApp,
  port: number,
  waitsFor: string,
): Promise<void> {
  const server = await serve(serving, { port });
  terminal.print(`${server.url} has the weights, waits for ${waitsFor}`);
  tellStage({ url: server.url });
  endWithStage();
  await closeOnSignal([server]);
}

/** Requests closer together than this are a stream, of which only the first is drawn. */
const QUIET_MS = 1_000;

/** `draw`, for the first of a stream alone. */
export function firstOfStream<Sighting>(draw: (sighting: Sighting) => void): (sighting: Sighting) => void {
  let lastSeen = -Infinity;
  return (sighting) => {
    if (performance.now() - lastSeen > QUIET_MS) draw(sighting);
    lastSeen = performance.now();
  };
}
