import { loadFieldKernels } from '@sharemesh/kernels/field';
import { digitsBundle } from '@sharemesh/model/demo';
import { closeOnSignal, serve } from '@sharemesh/serving/node';
import { createShareServer } from '@sharemesh/share-server';
import { fieldToBytes } from '@sharemesh/shares';
import { openTerminal } from '../terminal/terminal.ts';
import { COLLUSION_ROUTE } from './collusion.ts';
import { endWithStage, fromStage, onStage, tellStage } from './messages.ts';
import type { ServerStart } from './messages.ts';
import { watchedMultiplier } from './received-share.ts';
import type { Sighting } from './received-share.ts';
import { sightingScene } from './scenes/sighting.ts';

/** Requests closer together than this are a stream, of which only the first is drawn. */
const QUIET_MS = 1_000;

/** A share server for the demo's classifier that draws what it sees. Runs until it is told to stop. */
export async function runDemoServer({ name, port }: { name: string; port: number }): Promise<void> {
  const terminal = openTerminal();
  const { bundle } = onStage() ? await fromStage<ServerStart>() : digitsBundle();
  const kernels = await loadFieldKernels();

  let drawn: Sighting | undefined;
  let lastSeen = -Infinity;
  const onSighting = (sighting: Sighting) => {
    if (performance.now() - lastSeen > QUIET_MS) {
      drawn = sighting;
      terminal.print(sightingScene(terminal, sighting));
    }
    lastSeen = performance.now();
  };

  const serving = createShareServer({
    bundles: [bundle],
    kernels,
    operator: name,
    // nothing inline: every product passes the one that watches
    inlineCost: 0,
    multiplier: watchedMultiplier(kernels, bundle, onSighting),
  });
  // what a dishonest operator would do in secret
  serving.app.get(COLLUSION_ROUTE, () => new Response(drawn && new Uint8Array(fieldToBytes(drawn.share))));

  const server = await serve(serving, { port });
  terminal.print(`${server.url} has the weights, waits for a share`);
  tellStage({ url: server.url });
  endWithStage();
  await closeOnSignal([server]);
}
