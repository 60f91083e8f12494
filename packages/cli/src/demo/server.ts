import { loadFieldKernels } from '@sharemesh/kernels/field';
import { createShareServer } from '@sharemesh/share-server';
import { fieldToBytes } from '@sharemesh/shares';
import { openTerminal } from '../terminal/terminal.ts';
import { COLLUSION_ROUTE } from './collusion.ts';
import { watchedMultiplier } from './received-share.ts';
import type { Sighting } from './received-share.ts';
import { sightingScene } from './scenes/sighting.ts';
import { firstOfStream, modelToServe, takePart } from './take-part.ts';
import type { DemoServerChoice } from './take-part.ts';

/** A share server for the demo's classifier that draws what it sees. Runs until it is told to stop. */
export async function runDemoServer({ name, port }: DemoServerChoice): Promise<void> {
  const terminal = openTerminal();
  const bundle = await modelToServe();
  const kernels = await loadFieldKernels();

  let drawn: Sighting | undefined;
  const onSighting = firstOfStream((sighting: Sighting) => {
    drawn = sighting;
    terminal.print(sightingScene(terminal, sighting));
  });

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

  await takePart(terminal, serving, port, 'a share');
}
