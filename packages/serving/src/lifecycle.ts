import { Refusal } from './refusal.ts';

/** Whether the server still takes new work. */
export class Lifecycle {
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  /** From now on new work is refused; reads and running work go on. */
  stop(): void {
    this.#stopping = true;
  }

  /** @throws Refusal SHUTTING_DOWN */
  refuseWhenStopping(): void {
    if (this.#stopping) throw this.refusal('no new work is taken');
  }

  refusal(detail: string): Refusal {
    return new Refusal('SHUTTING_DOWN', detail, { connection: 'close' });
  }
}
