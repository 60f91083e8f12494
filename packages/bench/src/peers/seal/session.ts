import type { CipherText, PlainText, Seal } from './load-seal.ts';

/** The smallest ring that holds one product: 109 bits, of which one prime of 29 is for rescaling and one for the keys. */
const DEGREE = 4096;
const PRIME_BITS = [40, 29, 40];
const SCALE = 2 ** 29;

/** Bytes that travel, compressed as SEAL does by default. */
export interface SealBytes {
  readonly up: number;
  readonly down: number;
  /** Evaluation keys, once. */
  readonly keys: number;
}

/** CKKS in SEAL with fresh keys: what its ways to multiply by a matrix have in common. */
export class SealSession {
  readonly slots = DEGREE / 2;
  readonly evaluator: ReturnType<Seal['Evaluator']>;
  readonly #seal: Seal;
  readonly #encoder: ReturnType<Seal['CKKSEncoder']>;
  readonly #encryptor: ReturnType<Seal['Encryptor']>;
  readonly #decryptor: ReturnType<Seal['Decryptor']>;
  readonly #galoisKeys: ReturnType<Seal['GaloisKeys']> | undefined;
  readonly #keyBytes: number;
  /** The prime that rescaling divides by: weights at this scale leave the input's scale as it is. */
  readonly #weightScale: number;
  readonly #plain: PlainText;

  /** @param steps rotations that will be needed */
  constructor(seal: Seal, steps: readonly number[]) {
    const parameters = seal.EncryptionParameters(seal.SchemeType.ckks!);
    const moduli = seal.CoeffModulus.Create(DEGREE, Int32Array.from(PRIME_BITS));
    parameters.setPolyModulusDegree(DEGREE);
    parameters.setCoeffModulus(moduli);
    const context = seal.Context(parameters, true, seal.SecurityLevel.tc128!);
    const generator = seal.KeyGenerator(context);
    const secretKey = generator.secretKey();
    this.evaluator = seal.Evaluator(context);
    this.#seal = seal;
    this.#encoder = seal.CKKSEncoder(context);
    this.#encryptor = seal.Encryptor(context, generator.createPublicKey(), secretKey);
    this.#decryptor = seal.Decryptor(context, secretKey);
    this.#weightScale = Number(moduli.toArray()[1]);
    this.#plain = seal.PlainText();
    const needed = Int32Array.from(steps);
    this.#galoisKeys = steps.length === 0 ? undefined : generator.createGaloisKeys(needed);
    this.#keyBytes =
      steps.length === 0 ? 0 : generator.createGaloisKeysSerializable(needed).saveArray().length;
  }

  cipherText = (): CipherText => this.#seal.CipherText();

  /** Weights, encoded once. @param values one for each slot */
  encodeWeights(values: Float64Array): PlainText {
    const plain = this.#seal.PlainText();
    this.#encoder.encode(values, this.#weightScale, plain);
    return plain;
  }

  encrypt(values: Float64Array, into: CipherText): void {
    this.#encoder.encode(values, SCALE, this.#plain);
    this.#encryptor.encryptSymmetric(this.#plain, into);
  }

  decrypt(cipherText: CipherText): Float64Array {
    this.#decryptor.decrypt(cipherText, this.#plain);
    return this.#encoder.decode(this.#plain);
  }

  /** The slots moved to the left, around the ends. */
  rotate(cipherText: CipherText, steps: number, into: CipherText): void {
    this.evaluator.rotateVector(cipherText, steps, this.#galoisKeys!, into);
  }

  bytes(inputs: number, replies: readonly CipherText[]): SealBytes {
    this.#encoder.encode(new Float64Array(this.slots).fill(0.5), SCALE, this.#plain);
    const seeded = this.#encryptor.encryptSymmetricSerializable(this.#plain).saveArray().length;
    const down = replies.reduce((sum, reply) => sum + reply.saveArray().length, 0);
    return { up: inputs * seeded, down, keys: this.#keyBytes };
  }
}
