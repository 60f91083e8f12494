import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '@sharemesh/client/node';
import { compare } from './support/compare.ts';
import { importNetworkA, loadDigits, present, reason } from './support/network-a.ts';
import type { Digits } from './support/network-a.ts';
import { startParties } from './support/parties.ts';
import type { Parties } from './support/parties.ts';

describe.skipIf(!present)(`Network A over real HTTP between processes${reason}`, () => {
  let mesh: Parties;
  let digits: Digits;
  const models = present ? { 14: importNetworkA(14), 28: importNetworkA(28) } : undefined;

  beforeAll(async () => {
    mesh = await startParties({ count: 3, bundles: [models![14].bundle, models![28].bundle] });
    digits = loadDigits(200);
  });
  afterAll(() => mesh?.stop());

  for (const parties of [2, 3]) {
    for (const bits of [14, 28] as const) {
      it(`answers as the float64 reference does, ${parties} parties, ${bits} bits`, async () => {
        const { layers, bundle } = models![bits];
        const client = await connect({
          parties: mesh.urls.slice(0, parties),
          model: { id: 'network-a', version: `${bits}`, digest: bundle.digest },
          allowColocated: true,
        });
        const { outputs, report } = await client.inferBatch(digits.rows);
        await client.close();
        const found = compare(layers, digits.rows, outputs, digits.labels);
        expect(found.agreements).toBeGreaterThanOrEqual(bits === 28 ? 200 : 199);
        expect(found.largestDifference).toBeLessThan(bits === 28 ? 1e-5 : 0.05);
        expect(Math.abs(found.accuracy - found.plainAccuracy)).toBeLessThanOrEqual(bits === 28 ? 0 : 0.005);
        expect(report.parties.map(({ party }) => party)).toEqual(mesh.urls.slice(0, parties).toSorted());
      });
    }
  }

  it('gives the same numbers over every scheme, encoding and transport', async () => {
    const { connect: connectByFetch } = await import('@sharemesh/client');
    const common = {
      parties: mesh.urls,
      model: { id: 'network-a', version: '28' },
      allowColocated: true,
    } as const;
    const clients = await Promise.all([
      connect(common),
      connect({ ...common, seeded: false }),
      connect({ ...common, packed: true }),
      connect({ ...common, sharing: { scheme: 'shamir', threshold: 2 } }),
      connect({ ...common, verification: 'freivalds', checks: { planes: models![28].bundle.planes } }),
      connectByFetch(common),
    ]);
    const row = digits.rows[0]!;
    const outputs = await Promise.all(clients.map(async (client) => (await client.infer(row)).output));
    for (const output of outputs) expect(output).toEqual(outputs[0]);
    const first = clients[0];
    await first.prepare(1);
    const { output, report } = await first.infer(row);
    expect(output).toEqual(outputs[0]);
    expect(report.parties.map(({ requests }) => requests)).toEqual([3]);
    await Promise.all(clients.map((client) => client.close()));
  });
});
