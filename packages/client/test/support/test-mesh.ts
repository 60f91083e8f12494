import { createBundle } from '@sharemesh/model';
import type { FloatLayer, ModelBundle } from '@sharemesh/model';
import { connectWith } from '@sharemesh/client';
import type { Client, PartiesOptions, Transport } from '@sharemesh/client';
import { TestParty } from './test-party.ts';

/** Values between −1 and 1 that look random and are the same in every run. */
export function sample(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));
}

const layer = (
  inputSize: number,
  outputSize: number,
  seed: number,
  type: 'relu' | 'identity',
): FloatLayer => ({
  inputSize,
  outputSize,
  weights: sample(inputSize * outputSize, seed),
  bias: sample(outputSize, seed + 1),
  activation: { type },
});

export const testBundle = (weightBits: 14 | 28 = 28, version = '1'): ModelBundle =>
  createBundle({
    modelId: 'test',
    version,
    weightBits,
    layers: [layer(12, 7, 1, 'relu'), layer(7, 3, 2, 'identity')],
  });

/** The model in float64, from the weights it was made of. */
export function plaintext(x: ArrayLike<number>): Float64Array {
  const first = linear(x, 12, 7, 1).map((v) => Math.max(v, 0));
  return linear(first, 7, 3, 2);
}

function linear(x: ArrayLike<number>, inputs: number, outputs: number, seed: number): Float64Array {
  const weights = sample(inputs * outputs, seed);
  const bias = sample(outputs, seed + 1);
  return bias.map((b, i) => {
    let sum = b;
    for (let j = 0; j < inputs; j++) sum += weights[i * inputs + j]! * x[j]!;
    return sum;
  });
}

export interface TestMesh {
  readonly parties: TestParty[];
  readonly urls: string[];
  readonly transport: Transport;
  /** The number of times the transport was closed. */
  readonly closed: () => number;
  connect(options?: Partial<PartiesOptions>): Promise<Client>;
}

/** Parties that are reached without sockets. */
export function testMesh(count: number, bundle = testBundle()): TestMesh {
  const parties = Array.from({ length: count }, (_, i) => new TestParty(bundle, `Operator ${i + 1}`));
  const urls = parties.map((_, i) => `https://party-${i + 1}.example`);
  let closed = 0;
  const transport: Transport = {
    async request(request) {
      return parties[urls.indexOf(request.url.origin)]!.handle(request);
    },
    async close() {
      closed++;
    },
  };
  return {
    parties,
    urls,
    transport,
    closed: () => closed,
    connect: (options = {}) =>
      connectWith(transport, { parties: urls, model: 'test', deadlineMs: 20_000, ...options }),
  };
}
