import { afterEach, describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/client';
import { decryptLayer } from '../../packages/rlwe/src/linear/decrypt-layer.ts';
import { planBinding } from '../../packages/rlwe/src/codec/binding.ts';
import { generateSecretKey } from '../../packages/rlwe/src/encryption/secret-key.ts';
import { bridgeTraces } from './support/bridge-traces.ts';
import { COLUMNS, HostileBridge } from './support/hostile-bridge.ts';
import type { ChosenPhase } from './support/hostile-bridge.ts';
import { faultSeed } from './support/random.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

describe.each(['ckks', 'bfv'] as const)('a %s bridge with full control of its replies', (scheme) => {
  it.each(['circuit-private', 'public-model'] as const)(
    'sees the same requests for two inputs under two keys, in the %s tier',
    async (tier) => {
      const seed = faultSeed();
      const { disturbed, different } = await bridgeTraces({ seed, inferences: 25, scheme, tier });
      expect(different, `FAULT_SEED=${seed}`).toBe(0);
      expect(disturbed).toBeGreaterThan(0);
    },
  );
});

describe('the key recovery that worked against 0.1.0', () => {
  const LAYERS = 6;
  const QUERIES = LAYERS - 2;

  /**
   * Asks whether s_j = ±1 by a phase of C ± B·s_j, which crosses a limit exactly then, and reads the answer off the
   * layers that are asked for next: the inference stops after the layer that crossed.
   */
  class Recovery {
    readonly learnt = new Map<number, -1 | 0 | 1>();
    readonly #notOne = new Set<number>();
    readonly #open: number[];
    constructor(coefficients: number) {
      this.#open = Array.from({ length: coefficients }, (_, j) => j);
    }
    get done() {
      return this.#open.length === 0;
    }
    queries(): { coefficient: number; sign: -1 | 1 }[] {
      return this.#open
        .slice(0, QUERIES)
        .map((coefficient) => ({ coefficient, sign: this.#notOne.has(coefficient) ? -1 : 1 }));
    }
    phase(layer: number, magnitude: number): ChosenPhase {
      const query = this.queries()[layer - 1];
      const constant = 0.75 * magnitude;
      if (layer === 0 || !query) return { constant: 0 };
      return { constant, terms: [{ coefficient: query.coefficient, factor: (query.sign * magnitude) / 2 }] };
    }
    /** @param last the last layer that was asked for */
    conclude(last: number): void {
      const stopped = last < LAYERS - 1;
      for (const [i, { coefficient, sign }] of this.queries().entries()) {
        const layer = i + 1;
        if (stopped && layer === last) this.#settle(coefficient, sign);
        else if (layer < last || !stopped) {
          if (sign === 1) this.#notOne.add(coefficient);
          else this.#settle(coefficient, 0);
        }
      }
    }
    #settle(coefficient: number, value: -1 | 0 | 1) {
      this.learnt.set(coefficient, value);
      this.#open.splice(this.#open.indexOf(coefficient), 1);
    }
  }

  const openBridge = async (answer: (layer: number) => ChosenPhase) => {
    const bridge = await HostileBridge.open({
      layers: LAYERS,
      scheme: 'ckks',
      tier: 'circuit-private',
      answer: (_, layer) => answer(layer),
    });
    open.push(bridge);
    // a power of two, so that dropped low bits do not change it; C + B stays below half the first prime
    const magnitude = 2 ** Math.floor(Math.log2(bridge.ring.limbs[0]!.p / 4));
    return { bridge, magnitude };
  };

  it('works against a client that stops at a layer out of range: the control', async () => {
    const recovery = new Recovery(32);
    const { bridge, magnitude } = await openBridge(() => ({ constant: 0 }));
    const { ring, plans } = bridge;
    const key = generateSecretKey(ring);
    const decrypted = (phase: ChosenPhase, layer: number) => {
      const plan = plans[layer]!;
      return decryptLayer(
        ring,
        key,
        plan,
        planBinding(ring.kernels, plan),
        [bridge.reply(phase, layer)],
        1,
        0,
      )[0]!;
    };
    for (let rounds = 0; !recovery.done && rounds < 200; rounds++) {
      let last = 0;
      for (let layer = 0; layer < LAYERS; layer++) {
        last = layer;
        const limit = decrypted({ constant: magnitude }, layer);
        if (decrypted(recovery.phase(layer, magnitude), layer) > limit) break;
      }
      recovery.conclude(last);
    }
    const truth = secretCoefficients(ring, key.s, 32);
    expect([...recovery.learnt].toSorted(([a], [b]) => a - b).map(([, value]) => value)).toEqual(truth);
  });

  it('learns 0 coefficients from this client, whatever phase it chooses', async () => {
    const recovery = new Recovery(4096);
    let scale = 1;
    const { bridge, magnitude } = await openBridge((layer) => recovery.phase(layer, magnitude * scale));
    const client = await bridge.connect();
    open.push(client);
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      scale = [1, 1 / 4, 1 / 1024][round % 3]!;
      const before = bridge.seen.length;
      const x = Float64Array.from({ length: COLUMNS }, () => Math.random() * 2 - 1);
      await client.infer(x).catch((error: unknown) => {
        if (!MeshError.is(error) || error.code !== 'OUTPUT_OUT_OF_RANGE') throw error;
        refused++;
      });
      const asked = bridge.seen.slice(before).map(({ layer }) => layer);
      expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
      if (asked.at(-1)! < LAYERS - 1) recovery.conclude(asked.at(-1)!);
    }
    expect(recovery.learnt.size).toBe(0);
    // the oracle was there: values did leave the range, on the client's side alone
    expect(refused).toBeGreaterThan(10);
  });
});

/** The first coefficients of a secret key, read from the memory that it never leaves. */
function secretCoefficients(ring: HostileBridge['ring'], s: number, count: number): number[] {
  return ring.scratch(() => {
    const { kernels, degree } = ring;
    const copy = ring.allocate();
    kernels.words(copy, degree).set(kernels.words(ring.limb(s, 0), degree));
    ring.inverse(copy, 1);
    const { p } = ring.limbs[0]!;
    return Array.from(kernels.words(copy, count), (word) => (word > p / 2 ? word - p : word));
  });
}
