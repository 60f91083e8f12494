import { undiciTransport } from '@sharemesh/client/node';
import { interleave } from '../../measure/interleave.ts';
import { ratioOf, summarize } from '../../measure/statistics.ts';
import { modelIdOf } from '../../models.ts';
import { startParty } from '../../servers/party-program.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { RawRequest } from './raw-request.ts';

/** The route of a party against a bare server that does the same multiplication, for the same bytes. */
export async function measureRoute(lab: Lab, shape: Shape): Promise<void> {
  const { models, processes, party, record, scope, signal } = lab;
  const folder = await (await models.files(shape)).bundle(14);
  const servers = [
    await startParty(processes, party, [folder], 0),
    await processes.startOwn('bare-server', [folder]),
  ];
  const transport = undiciTransport();
  try {
    const request = new RawRequest({ modelId: modelIdOf(shape, 14), columns: shape.sizes[0]!, batch: 1 });
    const titles = ['Hono route', 'bare node:http'];
    const samples = await interleave(
      servers.map(({ url }, k) => ({ name: titles[k]!, run: () => request.send(transport, url) })),
      {
        rounds: scope.quick ? 3_000 : 20_000,
        budgetMs: scope.quick ? 2_500 : 15_000,
        minRounds: 100,
        sampleMs: 0,
        warmUpMs: 800,
        mostWarmUps: 3_000,
      },
      signal,
    );
    const [route, bare] = titles.map((title) => samples.get(title)!) as [number[], number[]];
    record.ratio(targets.route, ratioOf(route, bare), {
      sides: {
        unit: 'ms',
        values: titles.map((title) => ({ title, value: summarize(samples.get(title)!).median })),
      },
    });
  } finally {
    await transport.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}
