import { turboshake128 } from '@noble/hashes/sha3-addons.js';

const RATE = 168;
const DOMAIN = 1;

/** The blocks of TurboSHAKE128(message, 1), one after the other, as 32-bit words. */
function* blocks(message: Uint8Array): Generator<DataView> {
  const xof = turboshake128.create({ D: DOMAIN }).update(message);
  const block = new Uint8Array(RATE);
  for (;;) yield new DataView(xof.xofInto(block).buffer);
}

/** Fill `r` with a value per `size` bytes of the stream; `undefined` passes a word over. */
function fill(
  r: Uint32Array,
  message: Uint8Array,
  size: 2 | 4 | 8,
  sample: (block: DataView, at: number) => number | undefined,
): void {
  let filled = 0;
  for (const block of blocks(message)) {
    for (let at = 0; at < RATE; at += size) {
      if (filled === r.length) return;
      const value = sample(block, at);
      if (value !== undefined) r[filled++] = value;
    }
  }
}

export function sampleUniform(r: Uint32Array, p: number, message: Uint8Array): void {
  const mask = 0xffffffff >>> Math.clz32(p);
  fill(r, message, 4, (block, at) => {
    const word = (block.getUint32(at, true) & mask) >>> 0;
    return word < p ? word : undefined;
  });
}

export function sampleSigned(r: Uint32Array, bits: number, message: Uint8Array): void {
  const [mask, offset] = [2 ** bits - 1, 2 ** (bits - 1)];
  if (bits <= 16) fill(r, message, 2, (block, at) => (block.getUint16(at, true) & mask) - offset);
  else fill(r, message, 4, (block, at) => (block.getUint32(at, true) & mask) - offset);
}

export function sampleBinomial(r: Uint32Array, message: Uint8Array): void {
  fill(
    r,
    message,
    8,
    (block, at) =>
      ones(block.getUint32(at, true) & 0x1fffff) - ones(block.getUint32(at + 4, true) & 0x1fffff),
  );
}

export function sampleTernary(r: Uint32Array, message: Uint8Array): void {
  fill(r, message, 8, (block, at) => {
    const carry = Math.floor((block.getUint32(at, true) * 3) / 2 ** 32);
    return Math.floor((block.getUint32(at + 4, true) * 3 + carry) / 2 ** 32) - 1;
  });
}

export const turboShake128 = (message: Uint8Array, domain: number, length: number): Uint8Array =>
  turboshake128(message, { D: domain, dkLen: length });

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
