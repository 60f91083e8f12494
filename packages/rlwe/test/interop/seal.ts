import SEAL from 'node-seal';
import type { Address } from '@sharemesh/kernels/rlwe';
import type { Ring } from '../../src/ring/ring.ts';

/**
 * Microsoft SEAL 4.1.2 through node-seal, and its uncompressed byte format: every object is a 16-byte header (magic
 * A15E, …, total size as u64 at byte 8) and its members, integers little-endian.
 */
export const seal = await (SEAL as unknown as typeof SEAL.default)(); // its types describe the ES build
const { none } = seal.ComprModeType;

type Scheme = 'ckks' | 'bfv';

/** N = 4096, three primes of 30 bits and the special one that SEAL keeps for its keys. */
export const MODULI = [1_073_651_713, 1_073_668_097, 1_073_692_673];

export function createSeal(scheme: Scheme, plainModulus?: bigint) {
  const parameters = seal.EncryptionParameters(seal.SchemeType[scheme]!);
  parameters.setPolyModulusDegree(4096);
  const moduli = seal.CoeffModulus.Create(4096, Int32Array.from([30, 30, 30, 19]));
  if (String([...moduli.toArray()].slice(0, 3)) !== String(MODULI))
    throw new Error('SEAL chose other primes');
  parameters.setCoeffModulus(moduli);
  if (plainModulus !== undefined) {
    parameters.setPlainModulus(seal.Modulus(plainModulus));
  }
  const context = seal.Context(parameters, true, seal.SecurityLevel.tc128!);
  if (!context.parametersSet()) throw new Error('SEAL refuses the parameters');
  const keys = seal.KeyGenerator(context);
  const secretKey = keys.secretKey();
  return {
    context,
    secretKey,
    encryptor: seal.Encryptor(context, keys.createPublicKey(), secretKey),
    decryptor: seal.Decryptor(context, secretKey),
    evaluator: seal.Evaluator(context),
  };
}
export type Seal = ReturnType<typeof createSeal>;

type CipherText = ReturnType<typeof seal.CipherText>;
type PlainText = ReturnType<typeof seal.PlainText>;

/** header 16 ‖ parms_id 32 ‖ is_ntt 1 ‖ size, degree, primes 3·8 ‖ scale 8 ‖ correction 8 ‖ header 16 ‖ count 8 ‖ words. */
const CIPHERTEXT_DATA = 16 + 32 + 41 + 24;
/** header 16 ‖ parms_id 32 ‖ count 8 ‖ scale 8 ‖ header 16 ‖ count 8 ‖ words. */
const PLAINTEXT_DATA = 16 + 32 + 16 + 24;

/** SEAL's secret key (NTT domain, key level) as an element of our ring. */
export function readSecretKey(ring: Ring, { secretKey }: Seal): Address {
  return readElement(ring, secretKey.saveArray(none), PLAINTEXT_DATA, ring.limbs.length);
}

/** The halves of a ciphertext of SEAL's, in the domain it is in. */
export function readCiphertext(ring: Ring, ciphertext: CipherText): [c0: Address, c1: Address] {
  const bytes = ciphertext.saveArray(none);
  const limbs = ciphertext.coeffModulusSize;
  const half = 8 * ring.degree * limbs;
  return [
    readElement(ring, bytes, CIPHERTEXT_DATA, limbs),
    readElement(ring, bytes, CIPHERTEXT_DATA + half, limbs),
  ];
}

/** Our ciphertext as SEAL's, with the level, domain and scale of a template. */
export function writeCiphertext(
  ring: Ring,
  { context }: Seal,
  template: CipherText,
  c0: Address,
  c1: Address,
): CipherText {
  const bytes = template.saveArray(none).slice();
  const limbs = template.coeffModulusSize;
  writeElement(ring, bytes, CIPHERTEXT_DATA, c0, limbs);
  writeElement(ring, bytes, CIPHERTEXT_DATA + 8 * ring.degree * limbs, c1, limbs);
  const ciphertext = seal.CipherText();
  ciphertext.loadArray(context, bytes);
  return ciphertext;
}

/** A CKKS plaintext (NTT domain) of SEAL's as an element. */
export const readPlaintext = (ring: Ring, plaintext: PlainText, limbs: number): Address =>
  readElement(ring, plaintext.saveArray(none), PLAINTEXT_DATA, limbs);

/** An element as a CKKS plaintext, with the level and scale of a template. */
export function writePlaintext(ring: Ring, { context }: Seal, template: PlainText, a: Address): PlainText {
  const bytes = template.saveArray(none).slice();
  writeElement(ring, bytes, PLAINTEXT_DATA, a, ring.limbs.length);
  const plaintext = seal.PlainText();
  plaintext.loadArray(context, bytes);
  return plaintext;
}

/** The coefficients of a BFV plaintext. */
export function readCoefficients(plaintext: PlainText, degree: number, t: bigint): bigint[] {
  const bytes = plaintext.saveArray(none);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const count = Number(view.getBigUint64(48, true));
  return Array.from({ length: degree }, (_, i) => {
    const value = i < count ? view.getBigUint64(PLAINTEXT_DATA + 8 * i, true) : 0n;
    return 2n * value >= t ? value - t : value;
  });
}

/** A BFV plaintext with these coefficients, as SEAL writes it: no parms_id, no leading zero. */
export function plaintextOf({ context }: Seal, values: readonly bigint[], t: bigint): PlainText {
  const count = values.findLastIndex((value) => value !== 0n) + 1;
  const bytes = new Uint8Array(PLAINTEXT_DATA + 8 * count);
  const view = new DataView(bytes.buffer);
  const header = (at: number, size: number) => {
    bytes.set([0x5e, 0xa1, 16, 4, 1, 0], at);
    view.setBigUint64(at + 8, BigInt(size), true);
  };
  header(0, bytes.length);
  view.setBigUint64(48, BigInt(count), true);
  view.setFloat64(56, 1, true);
  header(64, 24 + 8 * count);
  view.setBigUint64(80, BigInt(count), true);
  for (let i = 0; i < count; i++) {
    view.setBigUint64(PLAINTEXT_DATA + 8 * i, values[i]! < 0n ? values[i]! + t : values[i]!, true);
  }
  const plaintext = seal.PlainText();
  plaintext.loadArray(context, bytes);
  return plaintext;
}

function readElement(ring: Ring, bytes: Uint8Array, at: number, limbs: number): Address {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const element = ring.allocate();
  const words = ring.kernels.words(element, limbs * ring.degree);
  for (let i = 0; i < words.length; i++) words[i] = Number(view.getBigUint64(at + 8 * i, true));
  return element;
}

function writeElement(ring: Ring, bytes: Uint8Array, at: number, element: Address, limbs: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const words = ring.kernels.words(element, limbs * ring.degree);
  for (let i = 0; i < words.length; i++) view.setBigUint64(at + 8 * i, BigInt(words[i]!), true);
}
