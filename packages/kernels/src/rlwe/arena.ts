import type { Address } from './kernels.ts';

/** A memory that can grow. Growing invalidates every view of it. */
export interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  /** Make room for at least `byteLength` bytes, keeping what is there. */
  ensure(byteLength: number): void;
}

const LINE = 64;

/** Bytes past the last allocation that kernels may read: `unpack` and vector loads. */
const SLACK = 64;

/** A stack allocator over a linear memory: what is allocated later is released earlier. */
export class Arena {
  readonly #memory: GrowableMemory;
  #top: Address;

  constructor(memory: GrowableMemory, base: Address) {
    this.#memory = memory;
    this.#top = align(base);
  }

  allocate(words: number): Address {
    const address = this.#top;
    this.#top = align(address + words * 4);
    this.#memory.ensure(this.#top + SLACK);
    return address;
  }

  mark(): Address {
    return this.#top;
  }

  /** Wipes what it gives back: temporaries hold secrets, and `allocate` promises zeros. */
  release(mark: Address): void {
    if (mark > this.#top) throw new RangeError('release to a mark above the top');
    this.bytes(mark, this.#top - mark).fill(0);
    this.#top = mark;
  }

  words(address: Address, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, address, length);
  }

  bytes(address: Address, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, length);
  }
}

const align = (address: number) => Math.ceil(address / LINE) * LINE;
