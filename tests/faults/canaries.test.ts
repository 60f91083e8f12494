import { createLogger, createMetrics } from '@sharemesh/serving';
import { serve } from '@sharemesh/serving/node';
import type { RunningServer } from '@sharemesh/serving/node';
import { createShareServer } from '@sharemesh/share-server';
import { connect, connectWith, fetchTransport } from '@sharemesh/client/node';
import type { PartiesOptions, Transport } from '@sharemesh/client/node';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Canaries, textOf } from './support/canaries.ts';
import { INPUTS, faultBundle, trueAnswer } from './support/model.ts';
import { FRACTION_BITS } from './support/model.ts';

const TOKEN = 'canary-token-7f3a9c51d2e84b60';
const bundle = faultBundle();
const metrics = await Promise.all(['a', 'b', 'c'].map(createMetrics));
const canaries = new Canaries();
const written: string[] = [];
const servers: RunningServer[] = [];

beforeAll(async () => {
  const kernels = await loadFieldKernels();
  for (const [i, operator] of ['a', 'b', 'c'].entries()) {
    const logger = createLogger({
      level: 'trace',
      name: operator,
      destination: { write: (line: string) => void written.push(line) },
    });
    servers.push(
      await serve(createShareServer({ kernels, bundles: [bundle], operator, logger, metrics: metrics[i]! })),
    );
  }
});
afterAll(() => Promise.all(servers.map((server) => server.close(100))));

/** The network as the parties see it: what passes here are the secrets, so each is remembered. */
function listening(): Transport {
  const wire = fetchTransport();
  return {
    ...wire,
    async request(request) {
      const length = Number(request.headers['inference-header-content-length'] ?? 0);
      const body = Buffer.concat(request.body ?? []);
      if (body.length > length) canaries.addBytes('a share or seed', body.subarray(length));
      const response = await wire.request(request);
      const split = Number(response.header('inference-header-content-length') ?? 0);
      if (split > 0) canaries.addBytes('a reply', response.body.subarray(split));
      return response;
    },
  };
}

const options = (): PartiesOptions => ({
  parties: servers.map(({ url }) => url),
  model: 'faults',
  fractionBits: FRACTION_BITS,
  allowColocated: true,
  token: TOKEN,
});

it('shares, seeds, replies, inputs, outputs and tokens are in no log, metric, problem or error', async () => {
  canaries.addText('the token', TOKEN);
  const x = Float64Array.from({ length: INPUTS }, (_, i) => Math.sin(i + 1) * 0.987654321);
  for (const value of [...x, ...trueAnswer(bundle, x)]) canaries.addText('an input or output', String(value));

  for (const sharing of [{ scheme: 'additive' }, { scheme: 'shamir', threshold: 2 }] as const) {
    for (const seeded of [true, false]) {
      const client = await connectWith(listening(), { ...options(), sharing, seeded });
      const { report } = await client.infer(x);
      // the report may go to a log: it says what was done, not on what
      written.push(JSON.stringify(report));
      await client.close();
    }
  }
  const seen = canaries.size;
  expect(seen).toBeGreaterThan(100);

  // secrets where a server does not expect them
  const secret = 'canary-body-41d8e0b7c2a95f36';
  canaries.addText('a body', secret);
  const { url } = servers[0]!;
  const bodies: [string, string | Uint8Array][] = [
    ['application/json', `{"${secret}": 1}`],
    ['application/json', `{"request_id":"${secret}"`],
    [
      'application/json',
      JSON.stringify({ request_id: secret, model_id: secret, inputs: [{ payload: secret }] }),
    ],
    ['application/octet-stream', new TextEncoder().encode(secret)],
    [`text/${secret}`, secret],
  ];
  for (const [type, body] of bodies) {
    const headers = { 'content-type': type, authorization: `Bearer ${secret}`, cookie: secret };
    const init = { method: 'POST', headers, body: body as string };
    const response = await fetch(`${url}/v1/infer`, init);
    written.push(await response.text(), JSON.stringify([...response.headers]));
  }
  for (const path of [`/v1/${secret}`, `/v1/jobs/${secret}`, `/v1/models?x=${secret}`]) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
    if (response.status !== 200) written.push(await response.text());
  }

  // and in the client's errors
  const failing: Partial<PartiesOptions>[] = [
    { parties: [servers[0]!.url, 'http://127.0.0.1:1'] },
    { model: { id: 'faults', digest: `sha256:${'0'.repeat(64)}` } },
    { sharing: { scheme: 'shamir', threshold: 9 } },
  ];
  for (const changes of failing) {
    const error = await connect({ ...options(), retries: 0, ...changes }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    written.push(textOf(error));
  }
  const client = await connect(options());
  for (const bad of [x.map((value) => value * 1e300), x.subarray(1), x.with(3, NaN)]) {
    const error = await client.infer(bad).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    written.push(textOf(error));
  }
  await client.close();

  for (const { registry } of metrics) written.push(await registry.metrics());
  const text = written.join('\n');
  expect(text).toContain('/v1/infer');
  expect(canaries.findIn(text)).toEqual([]);
});

it('the search finds each of them where one is written', () => {
  const words = BigUint64Array.of(1234567890123456789n, 987654321987654321n);
  const planted = new Canaries();
  planted.addBytes('share', new Uint8Array(words.buffer));
  const bytes = Buffer.from(words.buffer);
  for (const text of [
    `x ${bytes.toString('hex').toUpperCase()}`,
    `payload=${bytes.toString('base64')}`,
    `[${words.join(', ')}]`,
    `<${bytes.toString('latin1')}>`,
    JSON.stringify([...bytes]),
    words[1]!.toString(16),
  ]) {
    expect(planted.findIn(text), text).not.toEqual([]);
  }
  expect(planted.findIn('{"status":200,"bytes":2048}')).toEqual([]);
});
