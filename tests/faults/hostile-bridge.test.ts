import { afterEach, describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/client';
import type { Client } from '@sharemesh/client';
import { bridgeTraces } from './support/bridge-traces.ts';
import { HostileBridge, chosenSecret, withChosenRandomness } from './support/hostile-bridge.ts';
import type { ChosenPhase } from './support/hostile-bridge.ts';
import { hostileBundle } from './support/hostile-model.ts';
import { faultSeed } from './support/random.ts';

const seed = faultSeed();
const hint = `FAULT_SEED=${seed}`;

const bridges = (['ckks', 'bfv'] as const).flatMap((scheme) =>
  (['circuit-private', 'public-model'] as const).map((tier) => ({ scheme, tier })),
);

describe.each(bridges)('a bridge with full control of its replies, $scheme, $tier', (bridge) => {
  it('sees the same requests for two inputs under two keys', async () => {
    const result = await bridgeTraces({ seed, inferences: 15, ...bridge });
    expect(result, hint).toMatchObject({ different: 0, idsReused: 0 });
    expect(result.disturbed, hint).toBeGreaterThan(0);
  });

  it('would tell them apart by a client that ends an inference by its values: the control', async () => {
    const stops = ([first]: Float64Array) => first! > 0;
    const { different } = await bridgeTraces({ seed, inferences: 25, ...bridge, stops });
    expect(different, hint).toBeGreaterThan(0);
  });
});

const LAYERS = 6;
const QUERIES = LAYERS - 2;
const KEY = 7;

/**
 * Asks whether s_j = ±1 by a phase of C ± B·s_j, which crosses a limit exactly then, and reads the answer off the layers
 * that are asked for next: the inference ends at the layer that crossed.
 */
class Recovery {
  readonly learnt = new Map<number, -1 | 0 | 1>();
  readonly #notOne = new Set<number>();
  readonly #open: number[];

  constructor(coefficients: number) {
    this.#open = Array.from({ length: coefficients }, (_, j) => j);
  }

  get done(): boolean {
    return this.#open.length === 0;
  }

  phase(layer: number, magnitude: number): ChosenPhase {
    const query = this.#queries()[layer - 1];
    if (layer === 0 || !query) return { constant: 0 };
    const { coefficient, sign } = query;
    return { constant: 0.75 * magnitude, terms: [{ coefficient, factor: (sign * magnitude) / 2 }] };
  }

  /** @param last the last layer that was asked for */
  conclude(last: number): void {
    const stopped = last < LAYERS - 1;
    for (const [i, { coefficient, sign }] of this.#queries().entries()) {
      const layer = i + 1;
      if (stopped && layer === last) this.#settle(coefficient, sign);
      else if (layer < last || !stopped) {
        if (sign === 1) this.#notOne.add(coefficient);
        else this.#settle(coefficient, 0);
      }
    }
  }

  #queries(): { coefficient: number; sign: -1 | 1 }[] {
    return this.#open
      .slice(0, QUERIES)
      .map((coefficient) => ({ coefficient, sign: this.#notOne.has(coefficient) ? -1 : 1 }));
  }

  #settle(coefficient: number, value: -1 | 0 | 1): void {
    this.learnt.set(coefficient, value);
    this.#open.splice(this.#open.indexOf(coefficient), 1);
  }
}

describe('the key recovery that worked against 0.1.0', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).toReversed()) await each.close();
  });

  /** A bridge that asks what `recovery` would like to know, of a client whose key the test chose. */
  async function attack(recovery: Recovery, connect: (bridge: HostileBridge) => Promise<Client>) {
    let scale = 0;
    const bridge = await HostileBridge.open({
      bundle: hostileBundle({
        modelId: 'm',
        columns: 8,
        activations: Array.from({ length: LAYERS }, () => ({ type: 'identity' })),
      }),
      scheme: 'ckks',
      tier: 'circuit-private',
      answer: (layer) => recovery.phase(layer, magnitude * scale),
    });
    // a power of two, so that dropped low bits do not change it; C + B stays below half the first prime
    const magnitude = 2 ** Math.floor(Math.log2(bridge.ring.limbs[0]!.p / 4));
    const client = await withChosenRandomness(KEY, () => connect(bridge));
    open.push(bridge, client);
    const infer = async (at: number) => {
      scale = at;
      bridge.asked.length = 0;
      const x = Float64Array.from({ length: 8 }, () => Math.random() * 2 - 1);
      const error = await client.infer(x).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (error && !(MeshError.is(error) && error.code === 'OUTPUT_OUT_OF_RANGE')) throw error;
      return { asked: [...bridge.asked], refused: error !== undefined };
    };
    return { bridge, infer };
  }

  it('works against a client that ends an inference at the layer that leaves a range: the control', async () => {
    const recovery = new Recovery(32);
    let largest = 0;
    const { bridge, infer } = await attack(recovery, (bridge) =>
      bridge.connectStopping((y) => y[0]! > largest),
    );
    // what a phase of `magnitude` comes to: the limit of this client
    const plan = bridge.plans[1]!;
    const unit = 2 ** -(plan.encoding.inputBits + plan.encoding.scaleBits) * 1e110;
    const modulus = bridge.ring.modulus() / bridge.ring.modulus(plan.replyLimbs);
    largest = 2 ** Math.floor(Math.log2(bridge.ring.limbs[0]!.p / 4)) * Number(modulus) * unit;
    for (let rounds = 0; !recovery.done && rounds < 200; rounds++) {
      recovery.conclude((await infer(1)).asked.at(-1)!);
    }
    const learnt = [...recovery.learnt].toSorted(([a], [b]) => a - b).map(([, value]) => value);
    expect(learnt).toEqual(chosenSecret(bridge.ring, KEY, 32));
  });

  it('learns 0 coefficients from this client, whatever phase it chooses', async () => {
    const recovery = new Recovery(4096);
    const { infer } = await attack(recovery, (bridge) => bridge.connect());
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const { asked, refused: ended } = await infer([1, 1 / 4, 1 / 1024][round % 3]!);
      expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
      if (asked.at(-1)! < LAYERS - 1) recovery.conclude(asked.at(-1)!);
      if (ended) refused++;
    }
    expect(recovery.learnt.size).toBe(0);
    // the oracle was there: values did leave the range, on the client's side alone
    expect(refused).toBeGreaterThan(10);
  });
});
