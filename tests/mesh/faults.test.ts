import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MeshError, connect } from '@sharemesh/client/node';
import type { Client, PartiesOptions } from '@sharemesh/client/node';
import { createBundle } from '@sharemesh/model';
import { referenceInfer } from '@sharemesh/model/reference';
import { openFront } from './support/front.ts';
import type { Behaviour, Front } from './support/front.ts';
import { startParties } from './support/parties.ts';
import type { Parties } from './support/parties.ts';

const values = (length: number, seed: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));

const layers = [
  {
    inputSize: 64,
    outputSize: 16,
    weights: values(1_024, 1),
    bias: values(16, 2),
    activation: { type: 'tanh' as const },
  },
];
const bundle = createBundle({ modelId: 'small', version: '1', weightBits: 28, layers });
const x = values(64, 3);
const truth = referenceInfer(layers, x).outputs;

async function failure(work: Promise<unknown>): Promise<MeshError> {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!MeshError.is(error)) throw error;
  return error;
}

function expectRight(output: Float64Array): void {
  expect(Math.max(...output.map((v, i) => Math.abs(v - truth[i]!)))).toBeLessThan(1e-6);
}

describe('parties that fail over real sockets', () => {
  let mesh: Parties;
  let front: Front;
  let client: Client;
  const open = (more: Partial<PartiesOptions> = {}) =>
    connect({
      parties: [mesh.urls[0]!, front.url, mesh.urls[2]!],
      model: 'small',
      allowColocated: true,
      retries: 0,
      ...more,
    });

  beforeAll(async () => {
    mesh = await startParties({ count: 3, bundles: [bundle] });
    front = await openFront(mesh.urls[1]!);
  });
  afterAll(async () => {
    await front?.close();
    await mesh?.stop();
  });
  beforeEach(async () => {
    front.behave((_arrival, _response, pass) => pass());
    client = await open();
    return () => client.close();
  });

  const elsewhere = () => mesh.urls[0]!;
  const misdeeds: Record<string, [code: string, behaviour: Behaviour]> = {
    'hangs before its headers': ['DEADLINE_EXCEEDED', () => undefined],
    'hangs inside its body': [
      'DEADLINE_EXCEEDED',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': '400' });
        response.write('{');
      },
    ],
    'trickles its body': [
      'DEADLINE_EXCEEDED',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream' });
        const drip = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(drip));
      },
    ],
    'resets the connection': ['CONNECTION_FAILED', (_, response) => response.destroy()],
    'cuts its body off': [
      'CONNECTION_FAILED',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': '400' });
        response.write('{"api');
        setTimeout(() => response.destroy(), 5);
      },
    ],
    'redirects to another party': [
      'REDIRECT_REFUSED',
      ({ path }, response) => response.writeHead(307, { location: `${elsewhere()}${path}` }).end(),
    ],
    'never stops sending': [
      'REPLY_TOO_LARGE',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream' });
        const pump = () => {
          while (response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', pump);
        pump();
      },
    ],
    'announces more than it may': [
      'REPLY_TOO_LARGE',
      (_, response) => {
        response.writeHead(200, { 'content-length': String(2 ** 40) });
        response.write(Buffer.alloc(65_536));
      },
    ],
    'sends garbage': [
      'INVALID_REPLY',
      (_, response) => {
        response.setHeader('content-type', 'application/octet-stream');
        response.setHeader('inference-header-content-length', '100');
        response.end(crypto.getRandomValues(new Uint8Array(300)));
      },
    ],
    'speaks no HTTP': [
      'CONNECTION_FAILED',
      (_, response) => response.socket!.end('220 mail.example ESMTP\r\n'),
    ],
    'sends no content type': ['INVALID_REPLY', (_, response) => response.end('{}')],
    'fails as a proxy does': [
      'UNEXPECTED_STATUS',
      (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
    ],
  };

  for (const [misdeed, [code, behaviour]] of Object.entries(misdeeds)) {
    it(`one that ${misdeed} is named within the deadline, with ${code}`, async () => {
      front.behave(behaviour);
      // the honest parties have to be done before the deadline, on a machine that may be busy
      const deadlineMs = code === 'DEADLINE_EXCEEDED' ? 1_500 : 20_000;
      const started = performance.now();
      const error = await failure(client.infer(x, { deadlineMs }));
      expect(error.code, error.message).toBe(code);
      expect(error.party).toBe(front.url);
      expect(performance.now() - started).toBeLessThan(deadlineMs + 5_000);
      // the connections to the others are as good as before
      front.behave((_arrival, _response, pass) => pass());
      expectRight((await client.infer(x)).output);
    });
  }

  it('one that is down is named at connect', async () => {
    const unused = createServer();
    await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(unused.address() as AddressInfo).port}`;
    await new Promise((resolve) => unused.close(resolve));
    const error = await failure(open({ parties: [mesh.urls[0]!, url] }));
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', party: url });
  });

  it('a lost reply is asked for again, byte for byte, and answered the same', async () => {
    const patient = await open({ retries: 2 });
    let losses = 2;
    front.behave(async (_arrival, response, pass) => {
      if (losses-- > 0) response.destroy();
      else await pass();
    });
    front.arrivals.length = 0;
    expectRight((await patient.infer(x)).output);
    expect(front.arrivals).toHaveLength(3);
    for (const { body } of front.arrivals) expect(body.equals(front.arrivals[0]!.body)).toBe(true);
    await patient.close();
  });

  it('cancelling ends the requests that are under way', async () => {
    let ended = 0;
    const controller = new AbortController();
    front.behave((_arrival, response) => {
      response.once('close', () => ended++);
      controller.abort();
    });
    expect(await failure(client.infer(x, { signal: controller.signal }))).toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => ended).toBe(1);
  });

  it('a threshold of the parties answers while another hangs', async () => {
    const shamir = await open({ sharing: { scheme: 'shamir', threshold: 2 } });
    front.behave(() => undefined);
    expectRight((await shamir.infer(x, { deadlineMs: 20_000 })).output);
    await shamir.close();
  });
});

describe('a party process that dies', () => {
  it('in the middle of a request is named, and the others do under a threshold', async () => {
    const mesh = await startParties({ count: 3, bundles: [bundle] });
    const front = await openFront(mesh.urls[1]!);
    const parties = [mesh.urls[0]!, front.url, mesh.urls[2]!];
    const common = { parties, model: 'small', allowColocated: true, deadlineMs: 20_000 };
    const [additive, shamir] = await Promise.all([
      connect({ ...common, retries: 0 }),
      connect({ ...common, sharing: { scheme: 'shamir', threshold: 2 } }),
    ]);
    front.behave(async (_arrival, response, pass) => {
      await mesh.parties[1]!.kill();
      await pass().catch(() => response.destroy());
    });
    const error = await failure(additive.infer(x));
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', party: front.url });
    const { output, report } = await shamir.infer(x);
    expectRight(output);
    expect(report.layers[0]!.faults).toEqual([{ party: front.url, code: 'CONNECTION_FAILED' }]);
    await Promise.all([additive.close(), shamir.close()]);
    await front.close();
    await mesh.stop();
  });
});
