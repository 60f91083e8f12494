// A process: keeps a party busy with requests, two at a time, until it is told to end. It is one of its own so that making
// megabytes of requests does not slow down whoever measures the party.
import { undiciTransport } from '@sharemesh/client/node';
import { RawRequest } from '../suites/mesh/raw-request.ts';

const IN_FLIGHT = 2;

const [url, modelId, columns, batch] = process.argv.slice(2) as [string, string, string, string];
const transport = undiciTransport();
const request = new RawRequest({ modelId, columns: Number(columns), batch: Number(batch) });

await request.send(transport, url);
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);

const keepBusy = async () => {
  for (;;) await request.send(transport, url);
};
await Promise.all(Array.from({ length: IN_FLIGHT }, keepBusy));
