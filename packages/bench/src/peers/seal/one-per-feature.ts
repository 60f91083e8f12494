import type { SealWay } from './seal-layer.ts';
import { SealSession } from './session.ts';

/** A ciphertext for each input, multiplied by one number for each row: no rotations, and bytes by the feature. */
export const onePerFeature: SealWay = (seal, { weights, inputSize, outputSize }) => {
  const session = new SealSession(seal, []);
  const { evaluator, slots } = session;
  const everywhere = (value: number) => new Float64Array(slots).fill(value);
  const plains = Array.from(weights, (weight) => session.encodeWeights(everywhere(weight)));
  const inputs = Array.from({ length: inputSize }, session.cipherText);
  const replies = Array.from({ length: outputSize }, session.cipherText);
  const product = session.cipherText();
  return {
    encrypt: (x) => inputs.forEach((input, j) => session.encrypt(everywhere(x[j]!), input)),
    evaluate() {
      for (const [row, reply] of replies.entries()) {
        for (const [j, input] of inputs.entries()) {
          const target = j === 0 ? reply : product;
          evaluator.multiplyPlain(input, plains[row * inputSize + j]!, target);
          if (j > 0) evaluator.add(reply, product, reply);
        }
        evaluator.rescaleToNext(reply, reply);
      }
    },
    decrypt: () => Float64Array.from(replies, (reply) => session.decrypt(reply)[0]!),
    bytes: () => session.bytes(inputSize, replies),
  };
};
