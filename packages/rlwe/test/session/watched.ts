import type { Address, RlweKernels } from '@sharemesh/kernels/rlwe';
import { toHex } from '../../../../tests/support/generator-log.ts';

// What a session draws, and from what: kernels that write down every call of a sampler.

export type Sampler = 'uniform' | 'signed' | 'binomial' | 'ternary';

/** One call of a sampler. */
export interface Draw {
  readonly sampler: Sampler;
  /** The bits of a signed word, the prime of a residue; 0 for the others. */
  readonly parameter: number;
  /** The purpose in the stream's domain separation tag. */
  readonly purpose: string;
  /** In hexadecimal. */
  readonly seed: string;
  readonly index: number;
  readonly values: readonly number[];
  /** The very bytes that the kernels were given. */
  readonly message: Uint8Array;
}

/** Everything that was drawn through kernels that `watch` made, in order. */
export const draws: Draw[] = [];

/** Where the kernels that `watch` made have their memory. */
export const watchedKernels: RlweKernels[] = [];

export function watch(kernels: RlweKernels): RlweKernels {
  const note = (sampler: Sampler, parameter: number, r: Address, n: number, message: Uint8Array) => {
    const words = kernels.words(r, n);
    const values = Array.from(words, (word) => (sampler === 'uniform' ? word : word | 0));
    draws.push({ sampler, parameter, ...parseMessage(message), values, message });
  };
  const watched: RlweKernels = {
    ...kernels,
    sampleUniform(r, n, p, message) {
      kernels.sampleUniform(r, n, p, message);
      note('uniform', p, r, n, message);
    },
    sampleSigned(r, n, bits, message) {
      kernels.sampleSigned(r, n, bits, message);
      note('signed', bits, r, n, message);
    },
    sampleBinomial(r, n, message) {
      kernels.sampleBinomial(r, n, message);
      note('binomial', 0, r, n, message);
    },
    sampleTernary(r, n, message) {
      kernels.sampleTernary(r, n, message);
      note('ternary', 0, r, n, message);
    },
  };
  watchedKernels.push(watched);
  return watched;
}

/** le16(|dst|) ‖ dst ‖ u8(|seed|) ‖ seed ‖ le16(index), read apart from the package's own code. */
function parseMessage(message: Uint8Array): Pick<Draw, 'purpose' | 'seed' | 'index'> {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const end = 2 + view.getUint16(0, true);
  const dst = new TextDecoder().decode(message.subarray(2, end));
  const size = message[end]!;
  const seed = message.subarray(end + 1, end + 1 + size);
  if (!dst.startsWith('sharemesh v1 rlwe ') || message.length !== end + 1 + size + 2) {
    throw new Error('a sampler was given a message of another form');
  }
  return { purpose: dst.slice(18), seed: toHex(seed), index: view.getUint16(end + 1 + size, true) };
}
