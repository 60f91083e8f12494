import { loadFieldKernels } from '@sharemesh/kernels/field';
import { digitsBundle } from '@sharemesh/model/demo';
import { bindingOf, encode, expandSeed, shareAdditive } from '@sharemesh/shares';
import type { EncryptionParameters } from '@sharemesh/wire';
import { describe, expect, test } from 'vitest';
import { castOf } from '../src/demo/cast.ts';
import { correlation, pool } from '../src/demo/collusion.ts';
import { watchedMultiplier } from '../src/demo/received-share.ts';
import type { Sighting } from '../src/demo/received-share.ts';
import { DECRYPTED, answerScene } from '../src/demo/scenes/answer.ts';
import { ciphertextScene } from '../src/demo/scenes/ciphertext.ts';
import { collusionScene } from '../src/demo/scenes/collusion.ts';
import { costScene } from '../src/demo/scenes/cost.ts';
import { digitScene } from '../src/demo/scenes/digit.ts';
import { encryptScene } from '../src/demo/scenes/encrypt.ts';
import { shades, sightingScene } from '../src/demo/scenes/sighting.ts';
import { splitScene } from '../src/demo/scenes/split.ts';
import { trustScene } from '../src/demo/scenes/trust.ts';
import { visibleLength } from '../src/terminal/table.ts';
import { fakeTerminal } from './support.ts';

const FRACTION_BITS = 30;
const kernels = await loadFieldKernels();
const pixels = Float64Array.from({ length: 256 }, (_, k) => (k % 16 > 4 && k % 16 < 11 ? 1 : 0));
const binding = {
  modelDigest: `sha256:${'ab'.repeat(32)}`,
  layer: 0,
  requestIds: Array.from({ length: 16 }, (_, i) => `request-of-party-${i + 1}`),
  batchSize: 1,
  columns: 256,
};
const sharesFor = (parties: number) =>
  shareAdditive(kernels, encode(kernels, pixels, FRACTION_BITS), { parties, binding });

describe('what colluding servers see', () => {
  test.each([2, 3, 16])('all of %i: the digit; one less: nothing of it', (parties) => {
    const shares = sharesFor(parties).map(({ vector }) => vector);
    const all = pool(kernels, shares, FRACTION_BITS);
    expect([...all]).toEqual([...pixels]);
    expect(correlation(all, pixels)).toBeCloseTo(1, 12);
    for (let absent = 0; absent < parties; absent++) {
      const rest = shares.filter((_, k) => k !== absent).reduce((a, b) => kernels.add(a, b));
      // 256 independent values: |r| ≥ 0.5 has a probability below 1e-16
      expect(Math.abs(correlation(shades(rest), pixels))).toBeLessThan(0.5);
    }
  });

  test('correlation is that of Pearson', () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(correlation([1, 0, 1, 0], [1, 1, 0, 0])).toBe(0);
  });
});

test('a watched server multiplies as any other, and tells the share it saw', async () => {
  const { bundle } = digitsBundle();
  const seen: Sighting[] = [];
  const multiplier = watchedMultiplier(kernels, bundle, (sighting) => seen.push(sighting));
  const signal = new AbortController().signal;
  const seed = new Uint8Array(32).fill(7);
  const bound = bindingOf(binding, 2, 1);
  const reply = await multiplier.multiply(
    {
      matrix: 0,
      operation: 'product',
      batch: 1,
      share: { kind: 'seed', seed, binding: bound, purpose: 'additive' },
    },
    signal,
  );
  const x = expandSeed(kernels, seed, bound, 'additive');
  const again = await multiplier.multiply(
    { matrix: 0, operation: 'product', batch: 1, share: { kind: 'vector', x } },
    signal,
  );
  expect(again).toEqual(reply);
  expect(seen).toEqual([
    { kind: 'seed', byteLength: 32, share: x, reply },
    { kind: 'vector', byteLength: 2048, share: x, reply },
  ]);
});

test('the cast: as many servers as parties, and the digit for the client', () => {
  const { servers, client } = castOf('shares', { parties: 3, digit: 8 });
  expect(servers.map(({ name }) => name)).toEqual(['server 1', 'server 2', 'server 3']);
  expect(servers[2]!.arguments).toEqual(['demo', 'server', '--name', 'server 3', '--port', '0']);
  expect(client.arguments).toEqual(['demo', 'client', '--digit', '8']);
});

/** What is left of 80 columns beside `server 16 │ `. */
const ROOM = 80 - 'server 16 │ '.length;

describe.each([1, 8] as const)('the scenes at colour depth %i', (depth) => {
  const terminal = fakeTerminal(depth);
  const report = (milliseconds: number) => ({
    backend: 'shares' as const,
    model: { id: 'digits', version: '1', digest: binding.modelDigest },
    batch: 1,
    milliseconds,
    phases: { encode: 0.01, send: milliseconds },
    layers: [],
    parties: [
      { party: 'http://127.0.0.1:1', requests: 1, bytesUp: 235, bytesDown: 370, milliseconds },
      { party: 'http://127.0.0.1:2', requests: 1, bytesUp: 2256, bytesDown: 370, milliseconds },
    ],
    significantBits: 40,
    fractionBits: 40,
  });
  const servers = ['http://127.0.0.1:2/', 'http://127.0.0.1:1/'];
  const logits = Float64Array.from({ length: 10 }, (_, k) =>
    k === 3 ? 12.345678912 : -123.456789123 / (k + 1),
  );
  const [seedShare, vectorShare] = sharesFor(2).map(({ kind, vector }) => ({
    kind,
    byteLength: kind === 'seed' ? 32 : 2048,
    share: vector,
    reply: vector.subarray(0, 10),
  }));
  const pools = [15, 16].map((servers) => ({ servers, pixels, correlation: -0.04 }));

  const ciphertext = new Uint8Array(123_456);
  const parameters: EncryptionParameters = {
    tier: 'circuit-private',
    poly_modulus_degree: 16_384,
    coeff_modulus_bits: Array.from({ length: 14 }, () => 30),
    coeff_moduli: [],
    scale: [40],
    max_multiplicative_depth: 1,
  };

  test.each([
    ['digit', digitScene(terminal, { pixels, label: 3, accuracy: 0.994, servers: 2 })],
    ['digit for 16', digitScene(terminal, { pixels, label: 3, accuracy: 0.994, servers: 16 })],
    ['seed', sightingScene(terminal, seedShare!)],
    ['vector', sightingScene(terminal, vectorShare!)],
    ['answer', answerScene(terminal, { expected: logits, actual: logits.map((v) => v + 1e-8) })],
    ['cost', costScene(terminal, { reports: [report(1), report(9), report(2)], agreements: 3, servers })],
    ['collusion', collusionScene(terminal, 16, pools)],
    ['split', splitScene(terminal, 2)],
    ['split between 16', splitScene(terminal, 16)],
    ['encrypt', encryptScene(terminal, parameters)],
    ['ciphertext', ciphertextScene(terminal, { ciphertexts: [ciphertext], replies: [ciphertext] })],
    ['decrypted', answerScene(terminal, { expected: logits, actual: logits }, DECRYPTED)],
    ['trust', trustScene(terminal, parameters)],
    ['collusion of two', collusionScene(terminal, 2, pools)],
  ])('%s: fits beside the names in 80 columns', (_, lines) => {
    expect(lines.filter((line) => visibleLength(line) > ROOM)).toEqual([]);
    // the stage would take a text with line breaks inside for several lines
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
  });

  test('the cost is told server by server, with medians', () => {
    const text = costScene(terminal, {
      reports: [report(1), report(9), report(2)],
      agreements: 3,
      servers,
    }).join('\n');
    expect(text).toMatch(/server 1 +2,256 B +370 B\nserver 2 +235 B +370 B/);
    expect(text).toMatch(/whole call +2\.00 ms/);
  });
});

test('the answer says whether the argmax matches, and the largest difference', () => {
  const terminal = fakeTerminal(1);
  const expected = Float64Array.of(0, 2, 1);
  expect(answerScene(terminal, { expected, actual: Float64Array.of(0, 2, 1.5) })).toContainEqual(
    expect.stringMatching(/^argmax matches: true .* 1$/),
  );
  const wrong = answerScene(terminal, { expected, actual: Float64Array.of(0, 2, 2.5) }).join('\n');
  expect(wrong).toContain('argmax matches: false');
  expect(wrong).toContain('largest difference: 1.5e+0');
});
