import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { openTerminal } from '../terminal/terminal.ts';
import { watchedPool } from './received-ciphertext.ts';
import type { CiphertextSighting } from './received-ciphertext.ts';
import { ciphertextScene } from './scenes/ciphertext.ts';
import { firstOfStream, modelToServe, takePart } from './take-part.ts';
import type { DemoServerChoice } from './take-part.ts';

/** A server that computes on ciphertexts with the demo's classifier and draws what it sees, until it is told to stop. */
export async function runDemoBridge({ name, port }: DemoServerChoice): Promise<void> {
  const terminal = openTerminal();
  const bundle = await modelToServe();
  const onSighting = firstOfStream((sighting: CiphertextSighting) =>
    terminal.print(ciphertextScene(terminal, sighting)),
  );
  const serving = await createCkksBridge({
    bundles: [bundle],
    schemes: ['ckks'],
    operator: name,
    // nothing inline: every request passes the one that watches
    inlineCost: 0,
    pool: (models) => watchedPool(models, onSighting),
  });
  await takePart(terminal, serving, port, 'a ciphertext');
}
