import { beforeAll, describe, expect, test } from 'vitest';
import { loadRlweKernels } from '@sharemesh/kernels/rlwe';
import type { Address, RlweKernels } from '@sharemesh/kernels/rlwe';
import { encryptSeeded, expandUniform } from '../../src/encryption/encrypt.ts';
import { Ring, centre } from '../../src/ring/ring.ts';
import type { SecretKey } from '../../src/encryption/secret-key.ts';
import { nearestMultiple } from '../../src/schemes/bfv.ts';
import { generator } from '../layers.ts';
import {
  MODULI,
  createSeal,
  plaintextOf,
  readCiphertext,
  readCoefficients,
  readPlaintext,
  readSecretKey,
  seal,
  writeCiphertext,
  writePlaintext,
} from './seal.ts';
import type { Seal } from './seal.ts';

const DEGREE = 4096;

let kernels: RlweKernels;
let ring: Ring;
const random = generator(77);
const integers = (size: number) =>
  Int32Array.from({ length: DEGREE }, () => Math.round((random() * 2 - 1) * size));

beforeAll(async () => {
  kernels = await loadRlweKernels();
  ring = new Ring(kernels, { degree: DEGREE, moduli: MODULI });
});

const place = (values: Int32Array): Address => {
  const address = kernels.allocate(DEGREE);
  new Int32Array(kernels.words(address, DEGREE).buffer, address, DEGREE).set(values);
  return address;
};
const element = (values: Int32Array, weight = 1n): Address => {
  const [a, words] = [ring.allocate(), place(values)];
  ring.fromDigits(a, words, [weight]);
  return a;
};
const residues = (a: Address, limbs = 3) => kernels.words(a, limbs * DEGREE);

/** Centred coefficients of an element, by the Chinese remainder theorem. */
function coefficients(a: Address, limbs = 3): bigint[] {
  const q = ring.modulus(limbs);
  const terms = ring.limbs.slice(0, limbs).map(({ p }) => {
    const others = q / BigInt(p);
    let inverse = 1n;
    for (let e = p - 2, s = others % BigInt(p); e > 0; e = Math.floor(e / 2), s = (s * s) % BigInt(p)) {
      if (e % 2 === 1) inverse = (inverse * s) % BigInt(p);
    }
    return others * inverse;
  });
  const words = residues(a, limbs);
  return Array.from({ length: DEGREE }, (_, i) =>
    centre(
      terms.reduce((sum, term, k) => sum + term * BigInt(words[k * DEGREE + i]!), 0n),
      q,
    ),
  );
}

/** c0 + c1·s in coefficients, for halves in the NTT domain. */
function phase(key: SecretKey, c0: Address, c1: Address, limbs = 3): bigint[] {
  const sum = ring.allocate();
  for (let k = 0; k < limbs; k++) {
    const at = (a: Address) => ring.limb(a, k);
    kernels.multiplyAdd(at(sum), at(c1), at(key.s), at(c0), DEGREE, ring.limbs[k]!.p);
  }
  ring.inverse(sum, limbs);
  return coefficients(sum, limbs);
}

const worst = (a: readonly bigint[], b: readonly bigint[]) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(Number(x - b[i]!))), 0);

function multiplied(a: Address, w: Address): Address {
  const r = ring.allocate();
  ring.limbs.forEach(({ p }, k) =>
    kernels.multiply(ring.limb(r, k), ring.limb(a, k), ring.limb(w, k), DEGREE, p),
  );
  return r;
}

test("SEAL's secret key, through our transform, is ternary: the NTT domains are one", () => {
  const s = readSecretKey(ring, createSeal('ckks'));
  ring.inverse(s);
  expect(new Set(coefficients(s))).toEqual(new Set([-1n, 0n, 1n]));
});

describe('CKKS', () => {
  const scale = 2 ** 40;
  let other: Seal;
  let key: SecretKey;
  let message: Int32Array;
  let template: ReturnType<typeof seal.CipherText>;
  let plain: ReturnType<typeof seal.PlainText>;
  let ours: [Address, Address];

  beforeAll(() => {
    other = createSeal('ckks');
    key = { s: readSecretKey(ring, other) };
    message = integers(2 ** 30);
    plain = seal.PlainText();
    seal.CKKSEncoder(other.context).encode(Float64Array.of(1), scale, plain);
    template = seal.CipherText();
    other.encryptor.encryptSymmetric(plain, template);
    const [c0, c1] = [ring.allocate(), ring.allocate()];
    expandUniform(ring, c1, encryptSeeded(ring, key, c0, element(message, 1n << 10n)), 'uniform');
    ours = [c0, c1];
  });
  const sent = () => Array.from(message, (v) => BigInt(v) << 10n);
  const decryptedBySeal = (c0: Address, c1: Address, like = template) => {
    const result = seal.PlainText();
    other.decryptor.decrypt(writeCiphertext(ring, other, like, c0, c1), result);
    const limbs = like.coeffModulusSize;
    const a = readPlaintext(ring, result, limbs);
    ring.inverse(a, limbs);
    return coefficients(a, limbs);
  };

  test('SEAL decrypts what we encrypt', () => {
    expect(worst(decryptedBySeal(...ours), sent())).toBeLessThanOrEqual(21);
  });

  test('we decrypt what SEAL encrypts', () => {
    const m = element(message, 1n << 10n);
    ring.forward(m);
    const ciphertext = seal.CipherText();
    other.encryptor.encryptSymmetric(writePlaintext(ring, other, plain, m), ciphertext);
    expect(worst(phase(key, ...readCiphertext(ring, ciphertext)), sent())).toBeLessThanOrEqual(21);
  });

  test('products with a plaintext, and rescaling, are the same residues', () => {
    const w = element(integers(100));
    ring.forward(w);
    const product = seal.CipherText();
    other.evaluator.multiplyPlain(
      writeCiphertext(ring, other, template, ...ours),
      writePlaintext(ring, other, plain, w),
      product,
    );
    const [s0, s1] = readCiphertext(ring, product);
    const [c0, c1] = ours.map((half) => multiplied(half, w)) as [Address, Address];
    expect(residues(c0)).toEqual(residues(s0));
    expect(residues(c1)).toEqual(residues(s1));
    expect(worst(decryptedBySeal(c0, c1, product), phase(key, s0, s1))).toBe(0);

    const rescaled = seal.CipherText();
    other.evaluator.rescaleToNext(product, rescaled);
    const [r0, r1] = readCiphertext(ring, rescaled);
    for (const half of [c0, c1]) {
      ring.inverse(half);
      ring.dropTo(half, 2);
      ring.forward(half, 2);
    }
    expect(residues(c0, 2)).toEqual(residues(r0, 2));
    expect(residues(c1, 2)).toEqual(residues(r1, 2));
    expect(worst(decryptedBySeal(c0, c1, rescaled), phase(key, r0, r1, 2))).toBe(0);
  });
});

describe('BFV', () => {
  // node-seal takes no plaintext modulus that is not a prime for batching
  const t = 1_032_193n;
  let other: Seal;
  let key: SecretKey;
  let values: Int32Array;
  let template: ReturnType<typeof seal.CipherText>;
  /** In coefficients, as SEAL keeps BFV ciphertexts. */
  let ours: [Address, Address];

  beforeAll(() => {
    other = createSeal('bfv', t);
    key = { s: readSecretKey(ring, other) };
    values = integers(500);
    template = seal.CipherText();
    other.encryptor.encryptSymmetric(plaintextOf(other, sent(), t), template);
    const [c0, c1] = [ring.allocate(), ring.allocate()];
    const message = element(values, ring.modulus() / t);
    expandUniform(ring, c1, encryptSeeded(ring, key, c0, message), 'uniform');
    ours = [c0, c1];
    ours.forEach((half) => ring.inverse(half));
  });
  const sent = () => Array.from(values, BigInt);
  const decryptedBySeal = (c0: Address, c1: Address, like = template) => {
    const result = seal.PlainText();
    other.decryptor.decrypt(writeCiphertext(ring, other, like, c0, c1), result);
    return readCoefficients(result, DEGREE, t);
  };
  /** Our decryption of halves in coefficients. */
  const decrypted = (c0: Address, c1: Address, limbs = 3) => {
    ring.forward(c0, limbs);
    ring.forward(c1, limbs);
    const modulus = ring.modulus(limbs);
    return phase(key, c0, c1, limbs).map((x) =>
      nearestMultiple(x, modulus, ring.modulus(), ring.modulus() / t),
    );
  };

  test('SEAL decrypts what we encrypt', () => {
    expect(decryptedBySeal(...ours)).toEqual(sent());
  });

  test('we decrypt what SEAL encrypts', () => {
    expect(decrypted(...readCiphertext(ring, template))).toEqual(sent());
  });

  test('products with a plaintext, and modulus switching, are the same residues', () => {
    const weights = integers(7).map((w, i) => (i < 60 ? w : 0));
    const product = seal.CipherText();
    const plaintext = plaintextOf(other, Array.from(weights, BigInt), t);
    other.evaluator.multiplyPlain(writeCiphertext(ring, other, template, ...ours), plaintext, product);
    const [s0, s1] = readCiphertext(ring, product);
    const w = element(weights);
    ring.forward(w);
    const [c0, c1] = ours.map((half) => {
      const copy = ring.allocate();
      residues(copy).set(residues(half));
      ring.forward(copy);
      const r = multiplied(copy, w);
      ring.inverse(r);
      return r;
    }) as [Address, Address];
    expect(residues(c0)).toEqual(residues(s0));
    expect(residues(c1)).toEqual(residues(s1));

    const expected = Array.from({ length: DEGREE }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < 60; j++) sum += weights[j]! * (i >= j ? values[i - j]! : -values[i - j + DEGREE]!);
      return BigInt(sum);
    });
    expect(decryptedBySeal(c0, c1, product)).toEqual(expected);

    const switched = seal.CipherText();
    other.evaluator.cipherModSwitchToNext(product, switched);
    const [r0, r1] = readCiphertext(ring, switched);
    ring.dropTo(c0, 2);
    ring.dropTo(c1, 2);
    expect(residues(c0, 2)).toEqual(residues(r0, 2));
    expect(residues(c1, 2)).toEqual(residues(r1, 2));
    expect(decryptedBySeal(c0, c1, switched)).toEqual(expected);
    expect(decrypted(r0, r1, 2)).toEqual(expected);
  });
});
