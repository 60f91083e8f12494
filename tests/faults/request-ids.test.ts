import { connectWith } from '@sharemesh/client';
import type { PartiesOptions, Transport, TransportRequest } from '@sharemesh/client';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { splitMessage } from '@sharemesh/wire';
import type { InferRequest } from '@sharemesh/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import { InProcessMesh } from './support/in-process.ts';
import type { Mode } from './support/lane.ts';
import { INPUTS, faultBundle, trueAnswer } from './support/model.ts';
import { modes } from './support/modes.ts';
import type { PartyOptions } from './support/party.ts';

const bundle = faultBundle();
const x = new Float64Array(INPUTS).fill(0.5);
const INFERENCES = 20;
const LAYERS = bundle.manifest.inference.layers.length;
let party: PartyOptions;

beforeAll(async () => {
  party = { kernels: await loadFieldKernels(), bundle, stale: faultBundle(2) };
});

const optionsOf = ({ options }: Mode): Partial<PartiesOptions> => ({
  ...options,
  ...(options.verification === 'freivalds' && { checks: { planes: bundle.planes } }),
});

function envelopeOf({ body = [], headers }: TransportRequest): InferRequest {
  return splitMessage(new Uint8Array(Buffer.concat(body)), headers['inference-header-content-length'])
    .json as InferRequest;
}

/** The ids that each party has seen, in the order of their requests. */
async function idsSeen(mode: Mode): Promise<string[][]> {
  const mesh = new InProcessMesh(mode.parties, party);
  const ids: string[][] = mesh.urls.map(() => []);
  const transport: Transport = {
    ...mesh.transport,
    request(request) {
      if (request.method === 'POST')
        ids[mesh.urls.indexOf(request.url.origin)]!.push(envelopeOf(request).request_id);
      return mesh.transport.request(request);
    },
  };
  const client = await connectWith(transport, { ...mesh.options, ...optionsOf(mode) });
  for (let k = 0; k < INFERENCES; k++) {
    if (mode.prepared) await client.prepare(1);
    await client.infer(x);
  }
  await client.close();
  return ids;
}

describe.each(modes)('request ids: $name', (mode) => {
  it('are drawn apart for every party: nothing joins the requests of a sharing', async () => {
    const ids = await idsSeen(mode);
    for (const own of ids) expect(own.length).toBeGreaterThanOrEqual(INFERENCES * LAYERS);
    expect(new Set(ids.flat()).size).toBe(ids.flat().length);

    // character by character, the ids of one sharing agree as often as those of two do: 1 in 32, |z| < 6
    const [first, second] = ids.map((own) => own.slice(-INFERENCES * LAYERS)) as [string[], string[]];
    const agreements = (shift: number) => {
      const others = [...second.slice(shift), ...second.slice(0, shift)];
      return first.flatMap((id, k) => [...id].filter((character, at) => character === others[k]![at])).length;
    };
    const spread = Math.sqrt((2 * first.join('').length) / 32);
    expect(Math.abs(agreements(0) - agreements(1))).toBeLessThan(6 * spread);
    expect(agreements(0)).toBeLessThan(first.join('').length / 8);
  });

  it('are of no use to a party that takes the ones it knows at all other parties', async () => {
    const mesh = new InProcessMesh(mode.parties, party);
    let taken = 0;
    let attack = Promise.resolve();
    // party 1 calls the others as anyone can, with the ids that it knows; they have their own shares only afterwards
    const takeIds = async (request: TransportRequest) => {
      for (const [i, url] of mesh.urls.entries()) {
        if (i === 0) continue;
        const response = await mesh.transport.request(junkFor(request, envelopeOf(request), i + 1, url));
        expect(response.status).toBe(200);
        taken++;
      }
    };
    const transport: Transport = {
      ...mesh.transport,
      async request(request) {
        if (request.method === 'POST') {
          if (request.url.origin === mesh.urls[0]) attack = takeIds(request);
          await attack;
        }
        return mesh.transport.request(request);
      },
    };
    const client = await connectWith(transport, { ...mesh.options, ...optionsOf(mode) });
    for (let k = 0; k < INFERENCES; k++) {
      if (mode.prepared) await client.prepare(1);
      const { output, report } = await client.infer(x);
      expect([...output]).toEqual([...trueAnswer(bundle, x)]);
      expect(report.layers.flatMap(({ faults }) => faults)).toEqual([]);
    }
    expect(taken).toBeGreaterThanOrEqual(INFERENCES * LAYERS * (mode.parties - 1));
    await client.close();
  });
});

/** A request with a seed of zeros, under the id that is known. */
function junkFor(
  request: TransportRequest,
  known: InferRequest,
  partyId: number,
  url: string,
): TransportRequest {
  const header = new TextEncoder().encode(
    JSON.stringify({
      ...known,
      inputs: [{ encoding: 'seed', byte_length: 32 }],
      sharing: { ...known.sharing, party_id: partyId },
    }),
  );
  return {
    ...request,
    url: new URL('/v1/infer', url),
    headers: { ...request.headers, 'inference-header-content-length': String(header.length) },
    body: [header, new Uint8Array(32)],
  };
}
