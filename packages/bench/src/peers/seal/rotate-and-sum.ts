import { doublings, powerOfTwo, repeated } from './seal-layer.ts';
import type { SealWay } from './seal-layer.ts';
import { SealSession } from './session.ts';

/**
 * A product for each row, whose slots are then summed by rotating it onto itself log2(columns) times; a reply for each row.
 */
export const rotateAndSum: SealWay = (seal, { weights, inputSize, outputSize }) => {
  const width = powerOfTwo(inputSize);
  const steps = doublings(1, width);
  const session = new SealSession(seal, steps);
  const { evaluator, slots } = session;
  const rows = Array.from({ length: outputSize }, (_, row) => {
    const values = weights.slice(row * inputSize, (row + 1) * inputSize);
    return session.encodeWeights(repeated(values, width, slots));
  });
  const input = session.cipherText();
  const turned = session.cipherText();
  const replies = rows.map(session.cipherText);
  return {
    encrypt: (x) => session.encrypt(repeated(x, width, slots), input),
    evaluate() {
      for (const [row, plain] of rows.entries()) {
        const sum = replies[row]!;
        evaluator.multiplyPlain(input, plain, sum);
        evaluator.rescaleToNext(sum, sum);
        for (const step of steps) {
          session.rotate(sum, step, turned);
          evaluator.add(sum, turned, sum);
        }
      }
    },
    decrypt: () => Float64Array.from(replies, (reply) => session.decrypt(reply)[0]!),
    bytes: () => session.bytes(1, replies),
  };
};
