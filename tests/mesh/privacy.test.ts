import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '@sharemesh/client/node';
import type { PartiesOptions } from '@sharemesh/client/node';
import { createBundle } from '@sharemesh/model';
import { splitMessage } from '@sharemesh/wire';
import type { InferRequest } from '@sharemesh/wire';
import { openFront } from './support/front.ts';
import type { Front } from './support/front.ts';
import { startParties } from './support/parties.ts';
import type { Parties } from './support/parties.ts';

const COLUMNS = 64;
const weights = Float64Array.from({ length: COLUMNS * 4 }, (_, i) => Math.sin(i));
const layer = {
  inputSize: COLUMNS,
  outputSize: 4,
  weights,
  bias: [0, 0, 0, 0],
  activation: { type: 'identity' as const },
};
const bundle = createBundle({ modelId: 'small', version: '1', weightBits: 14, layers: [layer] });

/** An input that stands out: a party that saw it, or a multiple of it, would be noticed. */
const x = Float64Array.from({ length: COLUMNS }, (_, i) => (i % 2 === 0 ? 1 : 0));
const INFERENCES = 120;

interface Captured {
  readonly request: InferRequest;
  readonly share: Buffer;
}

function sharesAt({ arrivals }: Front): Captured[] {
  return arrivals
    .filter(({ path }) => path === '/v1/infer')
    .map(({ headers, body }) => {
      const { json, tail } = splitMessage(body, headers['inference-header-content-length'] as string);
      return { request: json as InferRequest, share: Buffer.from(tail!) };
    });
}

describe('what each party receives', () => {
  let mesh: Parties;
  let fronts: Front[];

  beforeAll(async () => {
    mesh = await startParties({ count: 3, bundles: [bundle] });
    fronts = await Promise.all(mesh.urls.map(openFront));
  });
  afterAll(async () => {
    await Promise.all(fronts?.map((front) => front.close()) ?? []);
    await mesh?.stop();
  });

  /** Infer the same input many times, with replies lost on the way, and give what arrived at each party. */
  async function capture(options: Partial<PartiesOptions>): Promise<Captured[][]> {
    for (const front of fronts) {
      front.arrivals.length = 0;
      let requests = 0;
      front.behave(async ({ path }, response, pass) => {
        if (path === '/v1/infer' && ++requests % 10 === 0) response.destroy();
        else await pass();
      });
    }
    const parties = fronts.map(({ url }) => url);
    const client = await connect({ parties, model: 'small', allowColocated: true, retries: 4, ...options });
    if (!options.sharing) await client.prepare(20);
    for (let i = 0; i < INFERENCES; i += 10) {
      await Promise.all(Array.from({ length: 10 }, () => client.infer(x)));
    }
    await client.close();
    return fronts.map(sharesAt);
  }

  const modes: Record<string, Partial<PartiesOptions>> = {
    'additive sharing with seeds': {},
    'additive sharing without seeds': { seeded: false },
    'shamir sharing': { sharing: { scheme: 'shamir', threshold: 2 } },
  };
  for (const [mode, options] of Object.entries(modes)) {
    it(`under ${mode}, is its own share only, fresh for every inference, the same for every retry, and uniform`, async () => {
      const captured = await capture(options);
      const home = new Map<string, number>();
      for (const [party, shares] of captured.entries()) {
        const byRequest = new Map<string, string>();
        for (const { request, share } of shares) {
          expect(request.sharing!.party_id).toBe(party + 1);
          const text = share.toString('hex');
          expect(home.get(text) ?? party).toBe(party);
          home.set(text, party);
          expect(byRequest.get(request.request_id) ?? text).toBe(text);
          byRequest.set(request.request_id, text);
        }
        expect(byRequest.size).toBeGreaterThanOrEqual(INFERENCES);
        expect(shares.length).toBeGreaterThan(byRequest.size);
        expect(new Set(byRequest.values()).size).toBe(byRequest.size);
      }

      for (const shares of captured) {
        const unique = [...new Map(shares.map(({ request, share }) => [request.request_id, share])).values()];
        const bits = unique[0]!.length === 32 ? 256 : COLUMNS * 64;
        const counts = new Float64Array(bits);
        for (const share of unique) {
          for (let bit = 0; bit < bits; bit++) counts[bit]! += (share[bit >> 3]! >> (bit & 7)) & 1;
        }
        // the upper three bits of an element's 64 are zero; every other bit is a fair coin: |z| < 6
        for (const [bit, ones] of counts.entries()) {
          if (bits !== 256 && bit % 64 >= 61) expect(ones).toBe(0);
          else expect(Math.abs(2 * ones - unique.length) / Math.sqrt(unique.length)).toBeLessThan(6);
        }
      }
    });
  }
});
