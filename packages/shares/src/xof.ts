import type { FieldVector, VectorKernels } from '@sharemesh/kernels/field/vector';
import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import { MAX_PARTIES } from './field.ts';
import { SEED_BYTES } from './random.ts';

/** Everything a seed's expansion depends on besides the seed: the same seed elsewhere gives unrelated elements. */
export interface ShareBinding {
  /** `sha256:` and 64 hex digits: the model the share is for. */
  readonly modelDigest: string;
  /** Index of the layer in the model. */
  readonly layer: number;
  /** The request's fresh identifier: 1 to 64 characters of base64url. */
  readonly requestId: string;
  /** How many parties share the input: 2 … 16. */
  readonly parties: number;
  /** Whose share it is: 1 … parties. */
  readonly partyId: number;
  /** Rows of the input. */
  readonly batchSize: number;
  /** Elements in a row. */
  readonly columns: number;
}

/** What the elements are used for; part of the domain separation tag. */
export type SeedPurpose = 'additive' | 'shamir' | 'sketch';

const PURPOSE = /^(additive|shamir|sketch)$/;

/** The prefix of every domain separation tag. A change to any format below is a new version. */
const PROTOCOL = 'sharemesh/v1/';

/** The domain byte that the VDAF draft gives XofTurboShake128. */
const XOF_DOMAIN = 1;

const ascii = new TextEncoder();

/**
 * Expand a 32-byte seed to batchSize·columns uniform elements of F_p: XofTurboShake128 (draft-irtf-cfrg-vdaf, section
 * "XofTurboShake128") under the domain separation tag `sharemesh/v1/<purpose>` and the binding's canonical bytes.
 *
 * @throws MeshError INVALID_INPUT for a seed of another length, another purpose or a binding out of range
 */
export function expandSeed(
  kernels: VectorKernels,
  seed: Uint8Array,
  binding: ShareBinding,
  purpose: SeedPurpose,
): FieldVector {
  if (seed.length !== SEED_BYTES) {
    throw new MeshError('INVALID_INPUT', `a seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  }
  requireText('a purpose is additive, shamir or sketch', purpose, PURPOSE);
  const message = xofMessage(ascii.encode(PROTOCOL + purpose), seed, bindingBytes(binding));
  return kernels.expandField(message, binding.batchSize * binding.columns);
}

/**
 * The next `length` bytes of XofTurboShake128 for a seed, a domain separation tag and a binder string.
 * @throws MeshError INVALID_INPUT for a tag of more than 65,535 bytes or a seed of more than 255
 */
export function xofBytes(
  kernels: VectorKernels,
  seed: Uint8Array,
  dst: Uint8Array,
  binder: Uint8Array,
  length: number,
): Uint8Array {
  return kernels.turboShake128(xofMessage(dst, seed, binder), XOF_DOMAIN, length);
}

/** What XofTurboShake128 absorbs: le16(len dst) ‖ dst ‖ u8(len seed) ‖ seed ‖ binder. */
function xofMessage(dst: Uint8Array, seed: Uint8Array, binder: Uint8Array): Uint8Array {
  requireInteger('the length of the domain separation tag', dst.length, 0, 0xffff);
  requireInteger('the length of the seed', seed.length, 0, 0xff);
  const message = new Uint8Array(3 + dst.length + seed.length + binder.length);
  message[0] = dst.length & 0xff;
  message[1] = dst.length >> 8;
  message.set(dst, 2);
  message[2 + dst.length] = seed.length;
  message.set(seed, 3 + dst.length);
  message.set(binder, 3 + dst.length + seed.length);
  return message;
}

/**
 * The binder: digest (32 bytes) ‖ le32 layer ‖ le32 batchSize ‖ le32 columns ‖ u8 parties ‖ u8 partyId ‖ requestId in
 * ASCII. All but the last have a fixed length, so two bindings never give the same bytes.
 *
 * @throws MeshError INVALID_INPUT for a field out of its range
 */
export function bindingBytes(binding: ShareBinding): Uint8Array {
  const { modelDigest, layer, requestId, parties, partyId, batchSize, columns } = binding;
  requireText('a model digest is sha256: and 64 hex digits', modelDigest, /^sha256:[0-9a-f]{64}$/);
  requireText('a request id is 1 to 64 characters of base64url', requestId, /^[A-Za-z0-9_-]{1,64}$/);
  requireInteger('layer', layer, 0, 0xffff_ffff);
  requireInteger('batch size', batchSize, 1, 0xffff_ffff);
  requireInteger('columns', columns, 1, 0xffff_ffff);
  requireInteger('parties', parties, 2, MAX_PARTIES);
  requireInteger('party id', partyId, 1, parties);

  const bytes = new Uint8Array(46 + requestId.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 32; at += 4) {
    view.setUint32(at, Number.parseInt(modelDigest.slice(7 + 2 * at, 15 + 2 * at), 16));
  }
  view.setUint32(32, layer, true);
  view.setUint32(36, batchSize, true);
  view.setUint32(40, columns, true);
  view.setUint8(44, parties);
  view.setUint8(45, partyId);
  bytes.set(ascii.encode(requestId), 46);
  return bytes;
}

/** Only a string: a pattern alone also takes what can be made one, such as a list that holds it. */
function requireText(rule: string, value: unknown, pattern: RegExp): void {
  if (typeof value !== 'string' || !pattern.test(value)) throw new MeshError('INVALID_INPUT', rule);
}
