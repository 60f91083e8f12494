import { setTimeout } from 'node:timers/promises';
import { connect } from '@sharemesh/client/node';
import { digitsBundle } from '@sharemesh/model/demo';
import { referenceInfer } from '@sharemesh/model/reference';
import { invalidInput } from '../failure.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { inferManyDigits, pixelsOf } from './many-digits.ts';
import { HeldRefusals } from './held-refusals.ts';
import { TURN_MS, fromStage, onStage } from './messages.ts';
import type { ClientStart } from './messages.ts';
import { DECRYPTED, answerScene } from './scenes/answer.ts';
import { costScene } from './scenes/cost.ts';
import { digitScene } from './scenes/digit.ts';
import { encryptScene } from './scenes/encrypt.ts';
import { trustScene } from './scenes/trust.ts';

/** The client's part of the demo on ciphertexts: one digit told step by step, then many for the figures. */
export async function runDemoBridgeClient(flags: { bridge?: string; digit: number }): Promise<void> {
  const terminal = openTerminal();
  const { servers, classifier } = onStage() ? await fromStage<ClientStart>() : byHand(flags.bridge);
  const { bundle, layers, heldOut, accuracy } = classifier;
  const client = await connect({
    bridge: servers[0]!,
    model: { id: bundle.manifest.model_id, digest: bundle.digest },
  });
  try {
    const pixels = pixelsOf(heldOut, heldOut.labels.indexOf(flags.digit));
    const [parameters] = client.model.encryption_parameters!;
    terminal.print([
      ...digitScene(terminal, { pixels, label: flags.digit, accuracy, servers: 1 }),
      ...encryptScene(terminal, parameters!),
    ]);
    await setTimeout(TURN_MS);

    const refusals = new HeldRefusals();
    const answer = await refusals.hold(client.infer(pixels));
    await setTimeout(TURN_MS);
    const { logits } = referenceInfer(layers, pixels);
    if (answer) terminal.print(answerScene(terminal, { expected: logits, actual: answer.output }, DECRYPTED));
    const many = await inferManyDigits(client, classifier);
    refusals.release();
    terminal.print(costScene(terminal, { ...many, servers }));
    terminal.print(trustScene(terminal, parameters!));
  } finally {
    await client.close();
  }
}

function byHand(bridge: string | undefined): ClientStart {
  if (bridge === undefined) throw invalidInput('give --bridge, the server of the demo');
  return { servers: [bridge], classifier: digitsBundle() };
}
