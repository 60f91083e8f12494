import { summarize } from '../../measure/statistics.ts';
import { startParty } from '../../servers/party-program.ts';
import { randomInputs } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { sharesCaller } from './caller.ts';

/** From the start of the two server processes to the first private answer of the whole network. */
export async function measureFirstAnswer(lab: Lab, shape: Shape): Promise<void> {
  const { models, party, processes, record, scope, signal } = lab;
  if (!party.built)
    return record.note('First answer: not measured, the sources have to be compiled at every start.');
  const folder = await (await models.files(shape)).bundle(14);
  const x = randomInputs(shape, 1);
  const answered: number[] = [];
  const ready: number[] = [];
  // the first start finds the files cold on disk, which is no property of the server
  for (let round = 0; round <= (scope.quick ? 3 : 9); round++) {
    signal.throwIfAborted();
    const began = performance.now();
    const servers = await Promise.all([0, 1].map((index) => startParty(processes, party, [folder], index)));
    const readyAfter = performance.now() - began;
    const caller = await sharesCaller(
      servers.map(({ url }) => url),
      shape,
      { bits: 14 },
    );
    await caller.call(x, 1);
    if (round > 0) {
      answered.push(performance.now() - began);
      ready.push(readyAfter);
    }
    await caller.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
  const { median, p10, p90 } = summarize(answered);
  record.figure(targets.firstAnswer, median, {
    spread: [p10, p90],
    sides: {
      unit: 'ms',
      values: [
        { title: 'both servers ready', value: summarize(ready).median },
        { title: 'answer of three layers', value: median },
      ],
    },
  });
}
