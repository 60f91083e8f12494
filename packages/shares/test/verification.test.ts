import { describe, expect, test } from 'vitest';
import {
  P,
  checkReply,
  combineCheckVectors,
  drawCheckVector,
  randomField,
  sketchShare,
} from '../src/index.ts';
import type { CheckVector, FieldVector } from '../src/index.ts';
import { codeOf, kernels, layerOf, multiplyByHand, reproducible, residue } from './support.ts';

const random = reproducible(0xc4ec);
const integer = (below: number) => Math.floor(random() * below);

const newCheck = (layer: ReturnType<typeof layerOf>) =>
  drawCheckVector(kernels, layer.planes, layer.rows, layer.columns);

const passes = (check: ReturnType<typeof newCheck>, share: FieldVector, reply: FieldVector, batch: number) =>
  checkReply(kernels, check, sketchShare(kernels, check, share, batch), reply);

/** A reply with `error` added to one element. */
const off = (reply: FieldVector, at: number, error: bigint) =>
  reply.map((value, i) => (i === at ? residue(value + error) : value));

describe('checkReply', () => {
  test('s = rᵀ·W, so every honest reply passes, at any batch size', () => {
    for (let trial = 0; trial < 500; trial++) {
      const layer = layerOf(1 + integer(9), 1 + integer(9), random);
      const batch = 1 + integer(4);
      const check = newCheck(layer);
      expect(check.r).toHaveLength(layer.rows);
      const transposed = check.s.map((_, j) =>
        residue(
          check.r.reduce((sum, r, i) => sum + r * BigInt(layer.planes[0]![i * layer.columns + j]!), 0n),
        ),
      );
      expect(check.s).toEqual(transposed);
      const share = randomField(batch * layer.columns);
      expect(passes(check, share, multiplyByHand(layer, share), batch)).toBe(true);
    }
  });

  test('0 of 100,000 tampered replies pass', () => {
    const [rows, columns] = [6, 5];
    let accepted = 0;
    let tried = 0;
    while (tried < 100_000) {
      const batch = 1 + integer(3);
      const layer = layerOf(rows, columns, random);
      const stale = layerOf(rows, columns, random);
      const check = newCheck(layer);
      const share = randomField(batch * columns);
      const reply = multiplyByHand(layer, share);
      const sketch = sketchShare(kernels, check, share, batch);
      const element = () => integer(reply.length);

      const lies: FieldVector[] = [
        // All single bits, of one element each, that leave it canonical.
        ...Array.from({ length: 61 }, (_, bit) => flip(reply, element(), bit)),
        // A random multiple of every power of two: the errors that pass random checks in rings of characteristic 2^k.
        ...Array.from({ length: 61 }, (_, k) =>
          off(reply, element(), BigInt(1 + integer(2 ** 30)) << BigInt(k)),
        ),
        ...Array.from({ length: 61 }, (_, k) => off(reply, element(), -(1n << BigInt(k)))),
        // In all elements at once.
        ...Array.from({ length: 10 }, () => kernels.add(reply, randomField(reply.length))),
        reply.map((value) => residue(value + 1n)),
        // Constants, another model, another request's reply, rows or elements in another order, a factor.
        new BigUint64Array(reply.length),
        new BigUint64Array(reply.length).fill(P - 1n),
        multiplyByHand(stale, share),
        multiplyByHand(layer, randomField(share.length)),
        reply.toReversed(),
        kernels.add(reply, reply),
      ];
      for (const lie of lies) {
        if (checkReply(kernels, check, sketch, lie)) accepted++;
      }
      tried += lies.length;
    }
    expect(accepted).toBe(0);
    expect(tried).toBeGreaterThanOrEqual(100_000);
  });

  test('one wrong row of a batch is enough', () => {
    const layer = layerOf(3, 4, random);
    const check = newCheck(layer);
    const share = randomField(4 * 5);
    const reply = multiplyByHand(layer, share);
    for (let at = 0; at < reply.length; at++) expect(passes(check, share, off(reply, at, 1n), 5)).toBe(false);
    // Errors that cancel over the batch do not cancel.
    expect(passes(check, share, off(off(reply, 0, 1n), 3, -1n), 5)).toBe(false);
  });

  test('who knows r can lie: r is a secret', () => {
    const layer = layerOf(2, 3, random);
    const check = newCheck(layer);
    const share = randomField(3);
    const forged = off(off(multiplyByHand(layer, share), 0, check.r[1]!), 1, -check.r[0]!);
    expect(passes(check, share, forged, 1)).toBe(true);
    expect(passes(newCheck(layer), share, forged, 1)).toBe(false);
  });

  test('whether a lie passes depends on the lie alone, not on the input', () => {
    const layer = layerOf(3, 3, random);
    const check = newCheck(layer);
    const errors = [
      BigUint64Array.of(check.r[1]!, residue(-check.r[0]!), 0n),
      BigUint64Array.of(check.r[2]!, 0n, residue(-check.r[0]!)),
      BigUint64Array.of(1n, 0n, 0n),
      BigUint64Array.of(0n, 1n << 60n, 0n),
      new BigUint64Array(3),
    ];
    const verdicts = Array.from({ length: 200 }, () => {
      const share = randomField(3);
      const reply = multiplyByHand(layer, share);
      return errors.map((error) => passes(check, share, kernels.add(reply, error), 1)).join();
    });
    expect(new Set(verdicts)).toEqual(new Set(['true,true,false,false,true']));
  });

  test('two check vectors of one layer differ', () => {
    const layer = layerOf(4, 4, random);
    expect(newCheck(layer).r).not.toEqual(newCheck(layer).r);
  });

  test('check vectors that the owner issued are combined to one that is new every time', () => {
    const layer = layerOf(3, 4, random);
    const issued = [newCheck(layer), newCheck(layer), newCheck(layer)];
    const share = randomField(4);
    const reply = multiplyByHand(layer, share);
    const sessions = Array.from({ length: 50 }, () => combineCheckVectors(kernels, issued));
    for (const check of sessions) {
      expect(check.s).toEqual(kernels.leftMultiply(check.r, layer.planes, 3, 4));
      expect(passes(check, share, reply, 1)).toBe(true);
      expect(passes(check, share, off(reply, 1, 1n), 1)).toBe(false);
    }
    expect(new Set(sessions.map((check) => check.r.join())).size).toBe(50);

    expect(passes(combineCheckVectors(kernels, issued.slice(1)), share, reply, 1)).toBe(true);
    expect(codeOf(() => combineCheckVectors(kernels, issued.slice(2)))).toBe('INVALID_INPUT');
    const [first, second] = issued as [CheckVector, CheckVector];
    for (const key of ['r', 's'] as const) {
      const short = { ...second, [key]: second[key].subarray(1) };
      expect(codeOf(() => combineCheckVectors(kernels, [first, short]))).toBe('INVALID_INPUT');
    }
  });

  test('another shape is INVALID_INPUT, never a pass', () => {
    const layer = layerOf(3, 4, random);
    const check = newCheck(layer);
    const share = randomField(8);
    const sketch = sketchShare(kernels, check, share, 2);
    expect(sketch).toHaveLength(2);
    const attempts = [
      () => sketchShare(kernels, check, share, 1),
      () => sketchShare(kernels, check, share, 0),
      () => sketchShare(kernels, check, share, 0.5),
      () => sketchShare(kernels, check, new BigUint64Array(0), 0),
      () => checkReply(kernels, check, sketch, new BigUint64Array(3)),
      () => checkReply(kernels, check, sketch, new BigUint64Array(7)),
      () => checkReply(kernels, check, new BigUint64Array(0), new BigUint64Array(0)),
    ];
    expect(attempts.map(codeOf)).toEqual(attempts.map(() => 'INVALID_INPUT'));
  });
});

/** One bit flipped; where that would make p, which is not canonical, the next lower bit. */
function flip(reply: FieldVector, at: number, bit: number): FieldVector {
  const flipped = reply[at]! ^ (1n << BigInt(bit));
  return reply.with(at, flipped === P ? reply[at]! ^ (1n << BigInt((bit + 60) % 61)) : flipped);
}
