const PAGE = 65536;
const ALIGNMENT = 64;

interface Views {
  readonly bytes: Uint8Array;
  readonly int16: Int16Array;
  readonly words: BigUint64Array;
  readonly reals: Float64Array;
}

interface Span {
  address: number;
  length: number;
}

/**
 * The part of a WebAssembly memory that one thread owns: pages it obtained by growing, which is atomic, so threads
 * that share a memory need no lock. Freed spans are merged and used again, first fit.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Free spans by address, never adjacent. */
  readonly #free: Span[] = [];
  readonly #used = new Map<number, number>();
  #scratch: Span = { address: 0, length: 0 };
  #views: Views | undefined;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }

  get bytes(): Uint8Array {
    return this.#view().bytes;
  }

  get int16(): Int16Array {
    return this.#view().int16;
  }

  get words(): BigUint64Array {
    return this.#view().words;
  }

  get reals(): Float64Array {
    return this.#view().reals;
  }

  /**
   * `length` bytes aligned to 64, with whatever they held before.
   *
   * @throws {RangeError} if the memory cannot grow that much
   */
  allocate(length: number): number {
    const size = alignUp(Math.max(length, 1));
    let span = this.#free.find((candidate) => candidate.length >= size);
    if (!span) {
      this.#grow(size);
      span = this.#free.find((candidate) => candidate.length >= size)!;
    }
    const { address } = span;
    span.address += size;
    span.length -= size;
    if (span.length === 0) this.#free.splice(this.#free.indexOf(span), 1);
    this.#used.set(address, size);
    return address;
  }

  /** Give a span back. An address that is not in use here is ignored. */
  release(address: number): void {
    const length = this.#used.get(address);
    if (length === undefined) return;
    this.#used.delete(address);
    this.#putFree({ address, length });
  }

  /** `length` bytes that stay valid until the next call: the working space of one operation. */
  scratch(length: number): number {
    if (length > this.#scratch.length) {
      this.release(this.#scratch.address);
      this.#scratch = { address: this.allocate(length), length };
    }
    return this.#scratch.address;
  }

  #grow(size: number): void {
    const pages = Math.ceil(size / PAGE);
    this.#putFree({ address: this.memory.grow(pages) * PAGE, length: pages * PAGE });
  }

  #putFree(span: Span): void {
    const at = this.#free.findIndex((other) => other.address > span.address);
    const index = at === -1 ? this.#free.length : at;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    if (after && span.address + span.length === after.address) {
      span.length += after.length;
      this.#free.splice(index, 1);
    }
    if (before && before.address + before.length === span.address) before.length += span.length;
    else this.#free.splice(index, 0, span);
  }

  /** Views over the whole memory, made anew when growth has replaced its buffer. */
  #view(): Views {
    const { buffer } = this.memory;
    if (this.#views?.bytes.buffer !== buffer) {
      this.#views = {
        bytes: new Uint8Array(buffer),
        int16: new Int16Array(buffer),
        words: new BigUint64Array(buffer),
        reals: new Float64Array(buffer),
      };
    }
    return this.#views;
  }
}

export function alignUp(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
