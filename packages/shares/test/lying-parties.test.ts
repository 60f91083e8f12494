import { describe, expect, test } from 'vitest';
import {
  checkReply,
  correctShamir,
  drawCheckVector,
  randomField,
  reconstructAdditive,
  reconstructShamir,
  shareAdditive,
  shareShamir,
  sketchShare,
} from '../src/index.ts';
import type { CheckVector, Share } from '../src/index.ts';
import { bindingFor, codeOf, kernels, layerOf, multiplyByHand, reproducible, residue } from './support.ts';

// The parts together, as a client uses them: share, let some parties lie, check, drop, reconstruct.

const [rows, columns, batch] = [4, 6, 2];
const layer = layerOf(rows, columns, reproducible(0x11a5));
const binding = bindingFor(columns, batch);

/** A secret input, what W·x is, and what the client checks replies with. */
function draw() {
  const x = randomField(batch * columns);
  const check = drawCheckVector(kernels, layer.planes, rows, columns);
  return { x, truth: multiplyByHand(layer, x), check };
}

/** Every party's reply, with one element of each liar's off by a multiple of a high power of two. */
const replyAll = (shares: readonly Share[], liars: readonly number[]) =>
  shares.map(({ partyId, vector }) => {
    const honest = multiplyByHand(layer, vector);
    const at = partyId % honest.length;
    const reply = liars.includes(partyId) ? honest.with(at, residue(honest[at]! + (1n << 60n))) : honest;
    return { partyId, vector: reply };
  });

/** The replies that pass, and who gave the others. */
function verify(check: CheckVector, shares: readonly Share[], replies: ReturnType<typeof replyAll>) {
  const isGood = ({ partyId, vector }: (typeof replies)[number]) => {
    const share = shares.find((candidate) => candidate.partyId === partyId)!;
    return checkReply(kernels, check, sketchShare(kernels, check, share.vector, batch), vector);
  };
  return {
    good: replies.filter((reply) => isGood(reply)),
    liars: replies.filter((reply) => !isGood(reply)).map((reply) => reply.partyId),
  };
}

describe('additive, 3 parties', () => {
  test.each([[[]], [[1]], [[3]], [[1, 2]], [[1, 2, 3]]])(
    'with checks, liars %j are named',
    (liars: number[]) => {
      const { x, check } = draw();
      const shares = shareAdditive(kernels, x, { parties: 3, binding });
      expect(verify(check, shares, replyAll(shares, liars)).liars).toEqual(liars);
    },
  );

  test('without checks a lie goes straight into the answer', () => {
    const { x, truth } = draw();
    const replies = replyAll(shareAdditive(kernels, x, { parties: 3, binding }), [2]);
    const answer = reconstructAdditive(
      kernels,
      replies.map((reply) => reply.vector),
    );
    expect(answer).not.toEqual(truth);
  });
});

describe('shamir, any 3 of 5', () => {
  const pairs = [1, 2, 3, 4, 5].flatMap((a) => [1, 2, 3, 4, 5].filter((b) => b > a).map((b) => [a, b]));

  function drawShares() {
    const { x, truth, check } = draw();
    return { truth, check, shares: shareShamir(kernels, x, { parties: 5, threshold: 3, binding }) };
  }

  test('with checks, r - t = 2 liars are named and the answer is right', () => {
    const { truth, check, shares } = drawShares();
    for (const liars of pairs) {
      const verdict = verify(check, shares, replyAll(shares, liars));
      expect(verdict.liars).toEqual(liars);
      expect(reconstructShamir(kernels, verdict.good, 3)).toEqual(truth);
    }
  });

  test('with checks, one party down and one lying leave enough', () => {
    const { truth, check, shares } = drawShares();
    for (const [down, liar] of pairs) {
      const arrived = replyAll(shares, [liar!]).filter((reply) => reply.partyId !== down);
      const verdict = verify(check, shares, arrived);
      expect(verdict.liars).toEqual([liar]);
      expect(reconstructShamir(kernels, verdict.good, 3)).toEqual(truth);
    }
  });

  test('without checks, one liar is named and corrected, two are not', () => {
    const { truth, shares } = drawShares();
    for (const liar of [1, 2, 3, 4, 5]) {
      expect(correctShamir(kernels, replyAll(shares, [liar]), 3)).toEqual({
        vector: truth,
        disagreeing: [liar],
      });
    }
    for (const liars of pairs) {
      expect(codeOf(() => reconstructShamir(kernels, replyAll(shares, liars), 3))).toBe(
        'INCONSISTENT_REPLIES',
      );
    }
  });
});
