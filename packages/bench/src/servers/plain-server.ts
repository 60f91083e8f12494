// A process: a model in the clear behind a Hono route, with the framing of the v1 wire and nothing else. No jobs, no
// retries, no limits, no logs: what a private service has to be held against.
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { splitMessage } from '@sharemesh/wire/framing';
import { openPlainEngine } from '../peers/plain-engine.ts';
import type { PlainEngineName } from '../peers/plain-engine.ts';
import { framePlain, readPlain } from '../peers/plain-message.ts';
import { announceReady } from './ready.ts';
import { readWhole } from './read-whole.ts';

const [name, safetensors] = process.argv.slice(2) as [PlainEngineName, string];
const engine = await openPlainEngine(name, safetensors);

const app = new Hono<{ Bindings: { incoming: IncomingMessage } }>();
app.get('/v1/health', (c) => c.json({ status: 'ok' }));
app.post('/v1/infer', async (c) => {
  const { incoming } = c.env;
  const body = await readWhole(incoming);
  const headerLength = String(incoming.headers['inference-header-content-length']);
  const { header, values } = readPlain(splitMessage(body, headerLength));
  const y = await engine.infer(values, header.batch_size);
  const frame = framePlain({ ...header, encoding: engine.encoding }, y);
  return new Response(Buffer.concat(frame.chunks), {
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'inference-header-content-length': String(frame.headerLength),
    },
  });
});

announceReady(createServer(getRequestListener((request, env) => app.fetch(request, env as never))));
