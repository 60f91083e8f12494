import type { PlainText } from './load-seal.ts';
import { doublings, powerOfTwo, repeated } from './seal-layer.ts';
import type { SealWay } from './seal-layer.ts';
import { SealSession } from './session.ts';

/**
 * Diagonals of a matrix whose rows are repeated to make it square, so that there are only as many diagonals as rows, with
 * baby steps and giant steps, and a short rotate-and-sum at the end.
 *
 * Halevi and Shoup, *Algorithms in HElib*, CRYPTO 2014 (diagonals, baby steps and giant steps); Juvekar, Vaikuntanathan and
 * Chandrakasan, *GAZELLE*, USENIX Security 2018, §4 (the hybrid for few rows).
 */
export const hybridDiagonals: SealWay = (seal, { weights, inputSize, outputSize }) => {
  const width = powerOfTwo(inputSize);
  const height = powerOfTwo(outputSize);
  if (height > width) throw new RangeError('more rows than columns: not a case that is measured');
  const babies = 2 ** Math.ceil(Math.log2(height) / 2);
  const giants = height / babies;
  const folds = doublings(height, width);
  const babySteps = Array.from({ length: babies - 1 }, (_, k) => k + 1);
  const giantSteps = Array.from({ length: giants - 1 }, (_, k) => (k + 1) * babies);
  const session = new SealSession(seal, [...new Set([...babySteps, ...giantSteps, ...folds])]);
  const { evaluator, slots } = session;

  const weight = (row: number, column: number) =>
    row < outputSize && column < inputSize ? weights[row * inputSize + column]! : 0;
  /** Diagonal giant·babies + baby, turned back by the giant step that its sum will take. */
  const diagonal = (giant: number, baby: number): PlainText => {
    const values = Float64Array.from({ length: width }, (_, slot) => {
      const at = (slot - giant * babies + width) % width;
      return weight(at % height, (at + giant * babies + baby) % width);
    });
    return session.encodeWeights(repeated(values, width, slots));
  };
  const diagonals = Array.from({ length: giants }, (_, giant) =>
    Array.from({ length: babies }, (__, baby) => diagonal(giant, baby)),
  );

  const turned = Array.from({ length: babies }, session.cipherText);
  const [product, inner] = [session.cipherText(), session.cipherText()];
  const [moved, reply] = [session.cipherText(), session.cipherText()];
  return {
    encrypt: (x) => session.encrypt(repeated(x, width, slots), turned[0]!),
    evaluate() {
      for (const step of babySteps) session.rotate(turned[0]!, step, turned[step]!);
      for (const [giant, plains] of diagonals.entries()) {
        evaluator.multiplyPlain(turned[0]!, plains[0]!, inner);
        for (let baby = 1; baby < babies; baby++) {
          evaluator.multiplyPlain(turned[baby]!, plains[baby]!, product);
          evaluator.add(inner, product, inner);
        }
        // one prime fewer before the rotation makes it cheaper
        evaluator.rescaleToNext(inner, giant === 0 ? reply : inner);
        if (giant === 0) continue;
        session.rotate(inner, giant * babies, moved);
        evaluator.add(reply, moved, reply);
      }
      for (const step of folds) {
        session.rotate(reply, step, moved);
        evaluator.add(reply, moved, reply);
      }
    },
    decrypt: () => session.decrypt(reply).slice(0, outputSize),
    bytes: () => session.bytes(1, [reply]),
  };
};
