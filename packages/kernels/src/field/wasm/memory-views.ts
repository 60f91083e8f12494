/** Bytes of a page of WebAssembly memory. Page 0 holds the constants of the module. */
export const PAGE = 65536;

const ALIGNMENT = 64;

interface Views {
  readonly bytes: Uint8Array;
  readonly int16: Int16Array;
  readonly words: BigUint64Array;
  readonly reals: Float64Array;
}

/** A WebAssembly memory through typed arrays, made anew when growth has replaced its buffer. */
export class MemoryViews {
  readonly memory: WebAssembly.Memory;
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

/** Where the kernels on vectors put their operands. */
export interface WorkingSpace extends MemoryViews {
  /**
   * `length` bytes that stay valid until the next call: the working space of one operation.
   *
   * @throws {RangeError} if the memory cannot grow that much
   */
  scratch(length: number): number;
}

export function alignUp(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
