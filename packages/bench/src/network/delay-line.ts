/** Hands items on in their order, each a fixed time after it came in. */
export class DelayLine<Item> {
  readonly #delayMs: number;
  readonly #deliver: (item: Item) => void;
  readonly #waiting: { readonly due: number; readonly item: Item }[] = [];
  #armed = false;

  /** @param delayMs 0 or more; fractions count */
  constructor(delayMs: number, deliver: (item: Item) => void) {
    this.#delayMs = delayMs;
    this.#deliver = deliver;
  }

  push(item: Item): void {
    this.#waiting.push({ due: performance.now() + this.#delayMs, item });
    this.#arm();
  }

  /** Timers have whole milliseconds: sleep short of the time, then look again at every turn of the event loop. */
  #arm(): void {
    const [next] = this.#waiting;
    if (this.#armed || !next) return;
    this.#armed = true;
    const left = next.due - performance.now();
    if (left > 1.5) setTimeout(() => this.#wake(), Math.floor(left - 1));
    else setImmediate(() => this.#wake());
  }

  #wake(): void {
    this.#armed = false;
    const now = performance.now();
    while (this.#waiting[0] && this.#waiting[0].due <= now) this.#deliver(this.#waiting.shift()!.item);
    this.#arm();
  }
}
