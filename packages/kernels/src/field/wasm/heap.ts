import { alignUp, MemoryViews, PAGE } from './memory-views.ts';
import type { WorkingSpace } from './memory-views.ts';
import { addDeed, readDeeds } from './deeds.ts';
import type { Deeds } from './deeds.ts';

interface Span {
  address: number;
  length: number;
}

/**
 * The part of a WebAssembly memory that one thread owns: pages it obtained by growing, which is atomic, so threads
 * that share a memory need no lock. Freed spans are merged and used again, first fit.
 */
export class Heap extends MemoryViews implements WorkingSpace {
  readonly #deeds: Deeds | undefined;
  /** Free spans by address, never adjacent. */
  readonly #free: Span[] = [];
  readonly #used = new Map<number, number>();
  #scratch: Span = { address: 0, length: 0 };

  /** @param deeds of a thread that has ended: this one owns its pages from now on */
  constructor(memory: WebAssembly.Memory, deeds?: Deeds) {
    super(memory);
    this.#deeds = deeds;
    if (deeds) for (const { first, count } of readDeeds(deeds)) this.#putPages(first, count);
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

  scratch(length: number): number {
    if (length > this.#scratch.length) {
      this.release(this.#scratch.address);
      this.#scratch = { address: this.allocate(length), length };
    }
    return this.#scratch.address;
  }

  #grow(size: number): void {
    const count = Math.ceil(size / PAGE);
    const first = this.memory.grow(count);
    if (this.#deeds) addDeed(this.#deeds, { first, count });
    this.#putPages(first, count);
  }

  #putPages(first: number, count: number): void {
    this.#putFree({ address: first * PAGE, length: count * PAGE });
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
}
