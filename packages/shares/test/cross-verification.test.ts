import { describe, expect, test } from 'vitest';
import {
  canaryHolds,
  checkReply,
  combineSketches,
  computeSketch,
  drawCanary,
  randomField,
  reconstructAdditive,
  shareAdditive,
  shareCheckKey,
  sketchConflicts,
  sketchShare,
} from '../src/index.ts';
import type { CheckVector, FieldVector, SketchReply } from '../src/index.ts';
import { bindingFor, codeOf, kernels, layerOf, multiplyByHand, reproducible, residue } from './support.ts';
import type { TestLayer } from './support.ts';

const random = reproducible(0xc405);
const { modelDigest, layer: layerIndex, requestIds } = bindingFor(1);
const binding = { modelDigest, layer: layerIndex, requestIds };

/** What each of `parties` answers, honest unless `lie` changes its sketch. */
function sketchesFrom(
  layer: TestLayer,
  parties: number,
  lie: (sketch: FieldVector, partyId: number) => FieldVector = (sketch) => sketch,
): SketchReply[] {
  return shareCheckKey(kernels, parties, { ...binding, rows: layer.rows }).map((share) => {
    const { partyId } = share;
    const requestId = requestIds[partyId - 1]!;
    const bound = { modelDigest, layer: layerIndex, requestId, rows: layer.rows, parties, partyId };
    const sketch = computeSketch(kernels, share.seed, bound, layer.planes, layer.columns);
    return { share, sketch: lie(sketch, share.partyId) };
  });
}

const holds = (check: CheckVector, canary: FieldVector, reply: FieldVector) =>
  canaryHolds(kernels, check, canary, reply);

describe('a check vector from the parties', () => {
  test.each([2, 3, 16])('of %i honest parties is rᵀ·W, passes its canary and catches lies', (parties) => {
    const layer = layerOf(4, 6, random);
    const replies = sketchesFrom(layer, parties);
    const check = combineSketches(kernels, replies);
    const sum = (vectors: FieldVector[]) =>
      vectors[0]!.map((_, i) => residue(vectors.reduce((total, vector) => total + vector[i]!, 0n)));
    expect(check.r).toEqual(sum(replies.map(({ share }) => share.vector)));
    expect(check.s).toEqual(kernels.leftMultiply(check.r, layer.planes, 4, 6));

    const canary = drawCanary(6);
    expect(holds(check, canary, multiplyByHand(layer, canary))).toBe(true);
    expect(holds(check, canary, randomField(4))).toBe(false);

    const share = randomField(6);
    const sketch = sketchShare(kernels, check, share, 1);
    const reply = multiplyByHand(layer, share);
    expect(checkReply(kernels, check, sketch, reply)).toBe(true);
    expect(checkReply(kernels, check, sketch, reply.with(2, residue(reply[2]! + 1n)))).toBe(false);
  });

  test('seeds are fresh, one for each party, and no party’s part says anything of another’s', () => {
    const shares = [1, 2, 3].flatMap(() => shareCheckKey(kernels, 4, { ...binding, rows: 3 }));
    expect(shares.every((share) => share.kind === 'seed' && share.seed.length === 32)).toBe(true);
    expect(new Set(shares.map((share) => share.seed.join())).size).toBe(12);
    expect(new Set(shares.flatMap((share) => [...share.vector])).size).toBe(36);
  });

  test('needs two parties, since one alone would know r', () => {
    const replies = sketchesFrom(layerOf(2, 3, random), 2);
    expect(codeOf(() => combineSketches(kernels, []))).toBe('INVALID_INPUT');
    expect(codeOf(() => combineSketches(kernels, replies.slice(1)))).toBe('INVALID_INPUT');
    expect(codeOf(() => combineSketches(kernels, [replies[0]!, replies[0]!]))).toBe('INVALID_INPUT');
  });

  test('sketches of different lengths are refused', () => {
    const [first, second] = sketchesFrom(layerOf(2, 3, random), 2) as [SketchReply, SketchReply];
    const longer = { ...second, sketch: new BigUint64Array(4) };
    expect(codeOf(() => combineSketches(kernels, [first, longer]))).toBe('INVALID_INPUT');
    const otherRows = { ...second, share: { ...second.share, vector: new BigUint64Array(3) } };
    expect(codeOf(() => combineSketches(kernels, [first, otherRows]))).toBe('INVALID_INPUT');
  });
});

describe('the canary', () => {
  test('refuses 10,000 false sketches, whatever they are off by', () => {
    const layer = layerOf(3, 4, random);
    let accepted = 0;
    for (let trial = 0; trial < 10_000; trial++) {
      const at = trial % 4;
      const error = (1n + BigInt(trial)) << BigInt(trial % 48);
      const replies = sketchesFrom(layer, 2, (sketch, partyId) =>
        partyId === 1 + (trial % 2) ? sketch.with(at, residue(sketch[at]! + error)) : sketch,
      );
      const canary = drawCanary(4);
      // The canary's reply is right, and then it is off by all that the liar knows: its own δ·z.
      const reply = multiplyByHand(layer, canary);
      const check = combineSketches(kernels, replies);
      if (holds(check, canary, reply)) accepted++;
      if (holds(check, canary, reply.with(0, residue(reply[0]! + error * canary[at]!)))) accepted++;
    }
    expect(accepted).toBe(0);
  });

  test('refuses a model that all parties but one have agreed on instead', () => {
    const layer = layerOf(3, 4, random);
    const other = layerOf(3, 4, random);
    for (let trial = 0; trial < 100; trial++) {
      const keys = shareCheckKey(kernels, 3, { ...binding, rows: 3 });
      const replies = keys.map((share) => {
        const served = share.partyId === 2 ? layer : other;
        return { share, sketch: kernels.leftMultiply(share.vector, served.planes, 3, 4) };
      });
      const check = combineSketches(kernels, replies);
      const canary = drawCanary(4);
      expect(holds(check, canary, multiplyByHand(layer, canary))).toBe(false);
      expect(holds(check, canary, multiplyByHand(other, canary))).toBe(false);
    }
  });

  test('is what stops a false sketch from reading a bit of the input', () => {
    const layer = layerOf(3, 4, random);
    const guess = BigUint64Array.of(3n, 1n, 4n, 1n);
    const other = BigUint64Array.of(3n, 1n, 4n, 2n);

    /** Party 1 answers its sketch after it saw its share: off by δ, orthogonal to the share and to the guess. */
    const attacked = (x: FieldVector) => {
      const shares = shareAdditive(kernels, x, { parties: 2, seeded: false, binding: bindingFor(4) });
      const delta = orthogonalTo(shares[0]!.vector, guess);
      const check = combineSketches(
        kernels,
        sketchesFrom(layer, 2, (sketch, partyId) => (partyId === 1 ? kernels.add(sketch, delta) : sketch)),
      );
      const replies = shares.map((share) => multiplyByHand(layer, share.vector));
      const goesOn = shares.every((share, i) =>
        checkReply(kernels, check, sketchShare(kernels, check, share.vector, 1), replies[i]!),
      );
      expect(reconstructAdditive(kernels, replies)).toEqual(multiplyByHand(layer, x));
      return { check, goesOn };
    };
    for (let trial = 0; trial < 50; trial++) {
      const hit = attacked(guess);
      const miss = attacked(other);
      // Without the canary the client's behaviour tells the guess from another input, every time …
      expect([hit.goesOn, miss.goesOn]).toEqual([true, false]);
      // … and with it neither is ever put at risk.
      for (const { check } of [hit, miss]) {
        const canary = drawCanary(4);
        expect(holds(check, canary, multiplyByHand(layer, canary))).toBe(false);
      }
    }
  });
});

/** δ ≠ 0 in F_p^4 with δ·a = δ·b = 0: the cross product of the first three coordinates. */
function orthogonalTo(a: FieldVector, b: FieldVector): FieldVector {
  const minor = (i: number, j: number) => residue(a[i]! * b[j]! - a[j]! * b[i]!);
  return BigUint64Array.of(0n, minor(2, 3), residue(-minor(1, 3)), minor(1, 2));
}

describe('sketchConflicts', () => {
  const layer = layerOf(3, 5, random);
  const everyone = [1, 2, 3, 4];
  /** A canary, and W·z from everyone but those who say otherwise. */
  const askAll = (reply = (honest: FieldVector, _partyId: number) => honest) => {
    const canary = drawCanary(5);
    const honest = multiplyByHand(layer, canary);
    return { canary, replies: everyone.map((partyId) => ({ partyId, vector: reply(honest, partyId) })) };
  };

  test('there are none among honest parties', () => {
    const { canary, replies } = askAll();
    expect(sketchConflicts(kernels, sketchesFrom(layer, 4), canary, replies)).toEqual([]);
  });

  test('a false sketch conflicts with every other party’s reply', () => {
    const sketches = sketchesFrom(layer, 4, (sketch, partyId) => (partyId === 3 ? randomField(5) : sketch));
    const { canary, replies } = askAll();
    expect(sketchConflicts(kernels, sketches, canary, replies)).toEqual([
      [3, 1],
      [3, 2],
      [3, 4],
    ]);
  });

  test('a false reply conflicts with every other party’s sketch', () => {
    const { canary, replies } = askAll((honest, partyId) => (partyId === 2 ? randomField(3) : honest));
    expect(sketchConflicts(kernels, sketchesFrom(layer, 4), canary, replies)).toEqual([
      [1, 2],
      [3, 2],
      [4, 2],
    ]);
  });
});
