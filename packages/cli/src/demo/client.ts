import { setTimeout } from 'node:timers/promises';
import { connect } from '@sharemesh/client/node';
import type { InferenceReport } from '@sharemesh/client';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { DIGIT_SIZE, digitsBundle } from '@sharemesh/model/demo';
import type { DigitSet } from '@sharemesh/model/demo';
import { decision, referenceInfer } from '@sharemesh/model/reference';
import { invalidInput } from '../failure.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { askForShares, correlation, pool } from './collusion.ts';
import { fromStage, onStage } from './messages.ts';
import type { ClientStart } from './messages.ts';
import { answerScene } from './scenes/answer.ts';
import { collusionScene } from './scenes/collusion.ts';
import { costScene } from './scenes/cost.ts';
import { digitScene } from './scenes/digit.ts';
import { shades } from './scenes/sighting.ts';

/** Digits that are inferred for the figures after the one that is shown. */
const MORE_DIGITS = 200;

/** The servers write through pipes of their own: time for what they drew to reach the terminal before what follows. */
const TURN_MS = 120;

const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

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
    const shown = heldOut.labels.indexOf(flags.digit);
    const pixels = pixelsOf(heldOut, shown);
    terminal.print(digitScene(terminal, { pixels, label: flags.digit, accuracy, parties: servers.length }));
    await setTimeout(TURN_MS);

    const { output, report } = await client.infer(pixels);
    await setTimeout(TURN_MS);
    const { logits } = referenceInfer(layers, pixels);
    terminal.print(answerScene(terminal, { expected: logits, actual: output }));

    const shares = await askForShares(servers);

    const reports: InferenceReport[] = [];
    let agreements = 0;
    for (let k = 0; k < MORE_DIGITS; k++) {
      const image = pixelsOf(heldOut, k);
      const result = await client.infer(image);
      reports.push(result.report);
      if (decision(result.output) === decision(referenceInfer(layers, image).logits)) agreements++;
    }
    terminal.print(costScene(terminal, { reports, agreements, servers }));

    const kernels = await loadFieldKernels();
    const all = pool(kernels, shares, report.fractionBits);
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

const pixelsOf = ({ images }: DigitSet, index: number) => images.slice(index * PIXELS, (index + 1) * PIXELS);

const poolOf = (servers: number, pixels: Float64Array, digit: Float64Array) => ({
  servers,
  pixels,
  correlation: correlation(pixels, digit),
});
