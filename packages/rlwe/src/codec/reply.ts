import type { Address } from '@sharemesh/kernels/rlwe';
import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import type { LayerPlan } from '../linear/layer-plan.ts';
import type { Ring } from '../ring/ring.ts';
import { HEADER_BYTES, Kind, checkHeader, writeHeader } from './header.ts';

/**
 * Where the parts of a reply stand: header ‖ c1, prime by prime, without its low bits ‖ the outputs' coefficients of c0,
 * prime by prime, each run padded with zero bits to a byte.
 */
interface Part {
  readonly at: number;
  readonly size: number;
  readonly bits: number;
  /** Every word is at most this. */
  readonly largest: number;
}

function layout(plan: LayerPlan, outputs: number): { c1: Part[]; c0: Part[]; length: number } {
  let at = HEADER_BYTES;
  const part = (count: number, largest: number): Part => {
    const bits = 32 - Math.clz32(largest);
    const size = Math.ceil((count * bits) / 8);
    at += size;
    return { at: at - size, size, bits, largest };
  };
  const { degree, moduli } = plan.parameters;
  const kept = moduli.slice(0, plan.replyLimbs);
  const half = 2 ** plan.replyDrop / 2;
  const c1 = kept.map((p) => part(degree, Math.floor((p - 1 + half) / 2 ** plan.replyDrop)));
  const c0 = kept.map((p) => part(outputs, p - 1));
  return { c1, c0, length: at };
}

/** Bytes of a reply that carries `outputs` outputs. */
export const replyBytes = (plan: LayerPlan, outputs: number): number => layout(plan, outputs).length;

/**
 * @param c1 coefficients modulo the reply's primes; loses its low bits in place
 * @param c0 `outputs` coefficients, residues `stride` bytes apart
 * @throws MeshError INVALID_INPUT for more outputs than coefficients, or a binding of another length
 */
export function encodeReply(
  ring: Ring,
  plan: LayerPlan,
  binding: Uint8Array,
  c1: Address,
  c0: Address,
  outputs: number,
  stride: number,
): Uint8Array {
  const { kernels, degree } = ring;
  requireInteger('the number of outputs', outputs, 1, degree);
  const parts = layout(plan, outputs);
  const bytes = new Uint8Array(parts.length);
  writeHeader(bytes, Kind.reply, binding);
  ring.scratch(() => {
    const packed = kernels.allocate(Math.max(degree, outputs) + 2);
    const put = ({ at, size, bits }: Part, words: Address, count: number) => {
      kernels.pack(packed, words, count, bits);
      bytes.set(kernels.bytes(packed, size), at);
    };
    parts.c1.forEach((part, k) => {
      const words = ring.limb(c1, k);
      if (plan.replyDrop > 0) kernels.dropBits(words, words, degree, plan.replyDrop);
      put(part, words, degree);
    });
    parts.c0.forEach((part, k) => put(part, c0 + k * stride, outputs));
  });
  return bytes;
}

/**
 * Unpack a reply: c1 with its low bits zero, c0 as words.
 * @throws MeshError as `checkHeader`, or NON_CANONICAL_ELEMENT
 */
export function decodeReply(
  ring: Ring,
  plan: LayerPlan,
  binding: Uint8Array,
  bytes: Uint8Array,
  c1: Address,
  outputs: number,
): Uint32Array[] {
  const { kernels, degree } = ring;
  const parts = layout(plan, outputs);
  checkHeader(bytes, parts.length, Kind.reply, binding);
  return ring.scratch(() => {
    const packed = kernels.allocate(Math.max(degree, outputs) + 2);
    const words = kernels.allocate(Math.ceil(outputs / 8) * 8);
    const take = ({ at, size, bits, largest }: Part, target: Address, count: number) => {
      kernels.bytes(packed, size).set(bytes.subarray(at, at + size));
      kernels.unpack(target, packed, count, bits);
      const padding = (count * bits) % 8;
      const dirty = padding > 0 && bytes[at + size - 1]! >> padding !== 0;
      if (dirty || !kernels.isBelow(target, Math.ceil(count / 4) * 4, largest + 1)) {
        throw new MeshError('NON_CANONICAL_ELEMENT', 'a reply holds a value outside its range');
      }
    };
    parts.c1.forEach((part, k) => {
      const target = ring.limb(c1, k);
      take(part, target, degree);
      if (plan.replyDrop > 0) kernels.restoreBits(target, target, degree, plan.replyDrop, ring.limbs[k]!.p);
    });
    return parts.c0.map((part) => {
      take(part, words, outputs);
      return kernels.words(words, outputs).slice();
    });
  });
}
