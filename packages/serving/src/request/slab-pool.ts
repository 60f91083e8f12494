const SLAB_BYTES = 262_144;

/** Longer stretches have memory of their own, and none of it comes back to the pool. */
const LONGEST_IN_SLAB = 32_768;

/** Slabs kept ready: those in use come and go one at a time. */
const MOST_SPARE = 2;

interface Slab {
  readonly memory: Buffer<ArrayBuffer>;
  used: number;
  /** Stretches that were not given back. */
  held: number;
}

/** A piece of a slab. */
export interface Stretch {
  readonly slab: Slab;
  readonly start: number;
  readonly length: number;
}

/** The bytes of a stretch, for as long as it is not given back. */
export const bytesOf = ({ slab, start, length }: Stretch): Buffer<ArrayBuffer> =>
  slab.memory.subarray(start, start + length);

/**
 * Memory that is used again and again: an ArrayBuffer for every request would cost the garbage collector more than the
 * rest of the request costs. A stretch that is never given back is collected with its slab, as any memory is.
 */
export class SlabPool {
  #current = newSlab(SLAB_BYTES);
  readonly #spare: Slab[] = [];

  /** @returns `length` bytes, whose byte `alignAt` lies at a multiple of 8; what they hold is what they last held */
  take(length: number, alignAt = 0): Stretch {
    if (length > LONGEST_IN_SLAB) {
      const slab = newSlab(length + 8);
      slab.held = 1;
      return { slab, start: -alignAt & 7, length };
    }
    if (this.#current.held === 0) this.#current.used = 0;
    if (this.#current.used + 7 + length > SLAB_BYTES)
      this.#current = this.#spare.pop() ?? newSlab(SLAB_BYTES);
    const slab = this.#current;
    const start = slab.used + (-(slab.used + alignAt) & 7);
    slab.used = start + length;
    slab.held++;
    return { slab, start, length };
  }

  /** Once for each stretch, when nothing looks at its bytes any more. */
  giveBack({ slab }: Stretch): void {
    slab.held--;
    const whole = slab !== this.#current && slab.memory.length === SLAB_BYTES;
    if (slab.held > 0 || !whole || this.#spare.length === MOST_SPARE) return;
    slab.used = 0;
    this.#spare.push(slab);
  }
}

const newSlab = (bytes: number): Slab => ({ memory: Buffer.allocUnsafeSlow(bytes), used: 0, held: 0 });
