import { connectWith, undiciTransport } from '@sharemesh/client/node';
import type { Client, PartiesOptions, Transport } from '@sharemesh/client/node';
import { interleave } from '../../measure/interleave.ts';
import type { Samples } from '../../measure/interleave.ts';
import { ratioOf, summarize } from '../../measure/statistics.ts';
import { modelIdOf } from '../../models.ts';
import { startParty } from '../../servers/party-program.ts';
import type { ServerProcess } from '../../servers/process-group.ts';
import { randomInputs } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import type { Target } from '../../figure.ts';

/** Parties that serve the shape with 14-bit weights, each a process of its own. */
export async function startParties(lab: Lab, shape: Shape, count: number): Promise<ServerProcess[]> {
  const files = await lab.models.files(shape);
  const folder = await files.bundle(14);
  const parties: ServerProcess[] = [];
  for (let index = 0; index < count; index++) {
    lab.signal.throwIfAborted();
    parties.push(await startParty(lab.processes, lab.party, [folder], index));
  }
  return parties;
}

export function openClient(
  parties: readonly ServerProcess[],
  shape: Shape,
  options: Partial<PartiesOptions> = {},
  transport: Transport = undiciTransport(),
): Promise<Client> {
  return connectWith(transport, {
    parties: parties.map(({ url }) => url),
    model: modelIdOf(shape, 14),
    allowColocated: true,
    deadlineMs: 60_000,
    ...options,
  });
}

/** The same input by every client in turn. */
export function timeClients(
  { callPace, signal }: Lab,
  shape: Shape,
  clients: Readonly<Record<string, Client>>,
): Promise<Samples> {
  const x = randomInputs(shape, 1);
  const contenders = Object.entries(clients).map(([name, client]) => ({ name, run: () => client.infer(x) }));
  return interleave(contenders, callPace, signal);
}

/** The quotient of two clients' times, as a figure. */
export function recordQuotient(
  { record }: Lab,
  target: Target,
  samples: Samples,
  [of, over]: readonly [string, string],
): void {
  const values = [of, over].map((title) => ({ title, value: summarize(samples.get(title)!).median }));
  record.ratio(target, ratioOf(samples.get(of)!, samples.get(over)!), { sides: { unit: 'ms', values } });
}

export async function closeAll(
  clients: Readonly<Record<string, Client>>,
  parties: readonly ServerProcess[],
): Promise<void> {
  await Promise.all(Object.values(clients).map((client) => client.close()));
  await Promise.all(parties.map((party) => party.stop()));
}
