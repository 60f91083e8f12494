import type { Seal } from './load-seal.ts';

/** The fewest and so the longest primes that fit 218 bits at N = 8192: the best case by the bit. */
const DEGREE = 8192;
const PRIME_BITS = [60, 60, 60, 38];
const PLAIN_MODULUS_BITS = 20;

export interface SealTransform {
  run(): void;
  /** Bits that one run transforms: of all primes, of both halves. */
  readonly bits: number;
}

/** NTTs of SEAL: both halves of a fresh ciphertext, modulo every prime that is not the keys'. */
export function sealTransform(seal: Seal): SealTransform {
  const parameters = seal.EncryptionParameters(seal.SchemeType.bfv!);
  parameters.setPolyModulusDegree(DEGREE);
  parameters.setCoeffModulus(seal.CoeffModulus.Create(DEGREE, Int32Array.from(PRIME_BITS)));
  parameters.setPlainModulus(seal.PlainModulus.Batching(DEGREE, PLAIN_MODULUS_BITS));
  const context = seal.Context(parameters, true, seal.SecurityLevel.tc128!);
  const generator = seal.KeyGenerator(context);
  const encryptor = seal.Encryptor(context, generator.createPublicKey());
  const evaluator = seal.Evaluator(context);
  const [input, output] = [seal.CipherText(), seal.CipherText()];
  encryptor.encryptZero(input);
  const dataBits = PRIME_BITS.slice(0, -1).reduce((sum, bits) => sum + bits, 0);
  return { run: () => void evaluator.cipherTransformToNtt(input, output), bits: 2 * dataBits };
}
