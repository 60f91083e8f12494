import { MemoryViews, PAGE } from './memory-views.ts';
import type { WorkingSpace } from './memory-views.ts';

/** Working space in a memory where nothing stays: all of it above page 0. */
export class Scratch extends MemoryViews implements WorkingSpace {
  scratch(length: number): number {
    const missing = PAGE + length - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return PAGE;
  }
}
