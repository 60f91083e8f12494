import { setTimeout } from 'node:timers/promises';
import { connect } from '@sharemesh/client/node';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { digitsBundle } from '@sharemesh/model/demo';
import { referenceInfer } from '@sharemesh/model/reference';
import { invalidInput } from '../failure.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { askForShares, correlation, pool } from './collusion.ts';
import { inferManyDigits, pixelsOf } from './many-digits.ts';
import { HeldRefusals } from './held-refusals.ts';
import { TURN_MS, fromStage, onStage } from './messages.ts';
import type { ClientStart } from './messages.ts';
import { answerScene } from './scenes/answer.ts';
import { collusionScene } from './scenes/collusion.ts';
import { costScene } from './scenes/cost.ts';
import { digitScene } from './scenes/digit.ts';
import { shades } from './scenes/sighting.ts';
import { splitScene } from './scenes/split.ts';

/** The client's part of the demo: one digit told step by step, then many for the figures. */
export async function runDemoClient(flags: { party?: readonly string[]; digit: number }): Promise<void> {
  const terminal = openTerminal();
  const { servers, classifier } = onStage() ? await fromStage<ClientStart>() : byHand(flags.party);
  const { bundle, layers, heldOut, accuracy } = classifier;
  const client = await connect({
    parties: servers,
    model: { id: bundle.manifest.model_id, digest: bundle.digest },
    // all of them run on this machine, for show
    allowColocated: true,
  });
  try {
    const pixels = pixelsOf(heldOut, heldOut.labels.indexOf(flags.digit));
    terminal.print([
      ...digitScene(terminal, { pixels, label: flags.digit, accuracy, servers: servers.length }),
      ...splitScene(terminal, servers.length),
    ]);
    await setTimeout(TURN_MS);

    const refusals = new HeldRefusals();
    const answer = await refusals.hold(client.infer(pixels));
    await setTimeout(TURN_MS);
    const { logits } = referenceInfer(layers, pixels);
    if (answer) terminal.print(answerScene(terminal, { expected: logits, actual: answer.output }));

    const shares = await askForShares(servers);
    const many = await inferManyDigits(client, classifier);
    refusals.release();
    terminal.print(costScene(terminal, { ...many, servers }));

    const kernels = await loadFieldKernels();
    const all = pool(kernels, shares, answer!.report.fractionBits);
    terminal.print(
      collusionScene(terminal, servers.length, [
        poolOf(servers.length - 1, shades(shares.slice(1).reduce((a, b) => kernels.add(a, b))), pixels),
        poolOf(servers.length, all, pixels),
      ]),
    );
  } finally {
    await client.close();
  }
}

function byHand(party: readonly string[] | undefined): ClientStart {
  if (party === undefined) throw invalidInput('give --party for each server of the demo');
  return { servers: party, classifier: digitsBundle() };
}

const poolOf = (servers: number, pixels: Float64Array, digit: Float64Array) => ({
  servers,
  pixels,
  correlation: correlation(pixels, digit),
});
