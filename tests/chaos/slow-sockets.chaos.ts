import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { connect } from '@sharemesh/client/node';
import { faultBundle, INPUTS } from '../faults/support/model.ts';
import { quantile, scaled } from './support/figures.ts';
import { spawnParty } from './support/spawn-party.ts';
import { savedBundle } from './support/wide-bundle.ts';

it('500 sockets that drip: honest clients are served as before', async () => {
  const { folder, remove } = await savedBundle(faultBundle());
  const parties = [
    await spawnParty(folder, ['--operator', 'a']),
    await spawnParty(folder, ['--operator', 'b']),
  ];
  const client = await connect({
    parties: parties.map(({ url }) => url),
    model: 'faults',
    allowColocated: true,
    deadlineMs: 10_000,
  });
  const x = new Float64Array(INPUTS).fill(0.5);
  const measure = async (times: number) => {
    const taken: number[] = [];
    for (let k = 0; k < times; k++) {
      const start = performance.now();
      await client.infer(x);
      taken.push(performance.now() - start);
    }
    return taken;
  };
  await measure(scaled(200));
  const before = await measure(scaled(1_000));

  const sockets = Array.from({ length: scaled(500) }, (_, i) => drip(parties[i % 2]!.url));
  const during = await measure(scaled(1_000));
  const open = sockets.filter((socket) => !socket.destroyed).length;
  sockets.forEach((socket) => socket.destroy());

  const row = (name: string, values: number[]) =>
    `${name}: p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`;
  console.log(
    `${row('alone', before)}; ${row(`with ${sockets.length} slow sockets`, during)} ` +
      `(p99 × ${(quantile(during, 0.99) / quantile(before, 0.99)).toFixed(2)}; ${open} still open at the end)`,
  );
  // every inference above was answered, or this line were not reached
  await client.close();
  expect(await Promise.all(parties.map((party) => party.stop()))).toEqual([0, 0]);
  await remove();
});

/** Open a request and send a byte now and then. */
function drip(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    'POST /v1/infer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n',
  );
  const timer = setInterval(() => socket.write('{'), 200);
  socket.on('close', () => clearInterval(timer));
  return socket;
}
