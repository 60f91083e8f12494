import type { Phase } from './backend.ts';

/** Times the phases of one layer, one after the other. */
export class Stopwatch {
  readonly phases: Partial<Record<Phase, number>> = {};
  readonly #onPhase: ((phase: Phase) => void) | undefined;
  #running: { phase: Phase; since: number } | undefined;

  constructor(onPhase?: (phase: Phase) => void) {
    this.#onPhase = onPhase;
  }

  /** End the phase under way and begin another. */
  begin(phase: Phase): void {
    this.stop();
    this.#onPhase?.(phase);
    this.#running = { phase, since: performance.now() };
  }

  stop(): Partial<Record<Phase, number>> {
    if (this.#running) {
      const { phase, since } = this.#running;
      this.phases[phase] = (this.phases[phase] ?? 0) + performance.now() - since;
      this.#running = undefined;
    }
    return this.phases;
  }
}
