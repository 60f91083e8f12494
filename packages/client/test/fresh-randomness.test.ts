import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartiesOptions } from '@sharemesh/client';
import { expandSeed, fieldFromBytes } from '@sharemesh/shares';
import { GeneratorLog, toHex } from '../../../tests/support/generator-log.ts';
import { sample, testBundle, testMesh } from './support/test-mesh.ts';
import type { TestMesh } from './support/test-mesh.ts';
import { kernels } from './support/test-party.ts';
import type { Seen } from './support/test-party.ts';

// Everything that must be random, as it is on the wire, is bytes of crypto.getRandomValues that serve nothing else: across
// parties, layers, inferences, batches, preparations, checks and clients.

let log: GeneratorLog;
beforeEach(() => {
  log = new GeneratorLog();
});
afterEach(() => log.stop());

const bundle = testBundle();
const INFERENCES = 3;

/** What the clients send: two of them, one input again and again, a batch, and prepared requests where there are such. */
async function traffic(options: Partial<PartiesOptions>, parties = 3): Promise<TestMesh> {
  const mesh = testMesh(parties, bundle);
  for (let clients = 0; clients < 2; clients++) {
    const client = await mesh.connect(options);
    if (!options.sharing) await client.prepare(2);
    for (let k = 0; k < INFERENCES + 2; k++) await client.infer(sample(12, 1));
    await client.inferBatch([sample(12, 1), sample(12, 1)]);
    await client.close();
  }
  return mesh;
}

const sentBy = ({ parties }: TestMesh): Seen[] => parties.flatMap(({ seen }) => seen);
const encoded = (mesh: TestMesh, encoding: string) =>
  sentBy(mesh).flatMap(({ inputs }) => inputs.filter((input) => input.encoding === encoding));

const modes: [string, Partial<PartiesOptions>, parties: number][] = [
  ['additive', {}, 3],
  ['shamir 3 of 5', { sharing: { scheme: 'shamir', threshold: 3 } }, 5],
  ['additive with cross checks', { verification: 'cross' }, 3],
  [
    'shamir 2 of 3 with cross checks',
    { sharing: { scheme: 'shamir', threshold: 2 }, verification: 'cross' },
    3,
  ],
  ['additive, checked with the weights', { verification: 'freivalds', checks: { planes: bundle.planes } }, 2],
];

describe.each(modes)('%s', (_, options, parties) => {
  it('draws every seed from the generator, for one party, layer and request each', async () => {
    const mesh = await traffic(options, parties);
    const seeds = encoded(mesh, 'seed').map(({ data }) => toHex(data));
    expect(seeds.length).toBeGreaterThanOrEqual(2 * 2 * INFERENCES);
    expect(seeds.filter(({ length }) => length !== 64)).toEqual([]);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(log.firstForeign(seeds)).toBeUndefined();
    expect(log.unfit).toBe(0);
  });

  it('draws every mask from the generator where there are no seeds', async () => {
    const mesh = await traffic({ ...options, seeded: false }, parties);
    const holders = options.sharing?.scheme === 'shamir' ? options.sharing.threshold - 1 : parties - 1;
    const masks = mesh.parties
      .slice(0, holders)
      .flatMap(({ seen }) =>
        seen
          .filter(({ inputs }) => inputs[0]!.encoding === 'field61')
          .map(({ inputs }) => fieldFromBytes(inputs[0]!.data)),
      );
    const times = new Map<string, number>();
    for (const mask of masks) times.set(mask.join(), (times.get(mask.join()) ?? 0) + 1);
    // all parties see the canary of a layer: two layers, two clients
    const repeated = [...times.values()].filter((count) => count > 1);
    const canaries = options.verification === 'cross' && holders > 1 ? 4 : 0;
    expect(repeated).toEqual(Array.from({ length: canaries }, () => holders));
    const distinct = [...times.keys()].map((mask) => BigUint64Array.from(mask.split(','), BigInt));
    expect(log.firstForeignVector(distinct)).toBeUndefined();
    expect(log.unfit).toBe(0);
  });

  it('draws every request id from the generator, for one request each', async () => {
    const mesh = await traffic(options, parties);
    const ids = sentBy(mesh).map(({ request }) => request.request_id);
    expect(new Set(ids).size).toBe(ids.length);
    // five bits of each of 26 bytes
    const drawn = log
      .callsFor(26)
      .map((bytes) => Array.from(bytes, (byte) => (byte % 32).toString(32)).join(''));
    const known = new Set(drawn);
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
  });
});

it('the shares of one input add up to it, and each is sent to its own party', async () => {
  const mesh = testMesh(3, bundle);
  const client = await mesh.connect();
  await client.infer(sample(12, 1));
  await client.close();
  const vectors = mesh.parties.map(({ seen, model }, i) => {
    const { request, inputs } = seen[0]!;
    expect(request.sharing!.party_id).toBe(i + 1);
    const { encoding, data } = inputs[0]!;
    expect(encoding).toBe(i < 2 ? 'seed' : 'field61');
    if (encoding === 'field61') return fieldFromBytes(data);
    const binding = {
      modelDigest: model.digest,
      layer: 0,
      requestId: request.request_id,
      parties: 3,
      partyId: i + 1,
      batchSize: 1,
      columns: 12,
    };
    return expandSeed(kernels, data, binding, 'additive');
  });
  const sum = vectors.reduce((total, vector) => kernels.add(total, vector));
  const P = 2n ** 61n - 1n;
  const values = Array.from(sum, (value) => Number(value > P / 2n ? value - P : value));
  const x = sample(12, 1);
  const unit = 2 ** Math.round(Math.log2(values[0]! / x[0]!));
  values.forEach((value, i) => expect(Math.abs(value - x[i]! * unit)).toBeLessThanOrEqual(0.5));
});
