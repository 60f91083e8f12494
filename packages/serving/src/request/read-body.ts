import type { IncomingMessage } from 'node:http';
import type { AppContext, Trail } from '../context.ts';
import type { Limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import type { ByteBudget } from './byte-budget.ts';
import { header } from './header.ts';
import { SlabPool, bytesOf } from './slab-pool.ts';
import type { Stretch } from './slab-pool.ts';

export interface BodyRules {
  readonly maxBytes: number;
  /** Time for the body, and what its bytes earn it beyond that: the time-out is for progress, not for the whole. */
  readonly timeoutMs: number;
  readonly minBytesPerSecond: number;
  readonly budget: ByteBudget;
}

/** The rules of a route whose bodies have at most `maxBytes`. */
export const bodyRules = (
  maxBytes: number,
  { bodyTimeoutMs: timeoutMs, minBodyBytesPerSecond: minBytesPerSecond }: Limits,
  budget: ByteBudget,
): BodyRules => ({ maxBytes, timeoutMs, minBytesPerSecond, budget });

/** A body that was read whole. Its bytes count against the budget until `release`. */
export interface Body {
  readonly bytes: Buffer<ArrayBuffer>;
  /** Idempotent. The bytes stay what they are for those who still look at them. */
  release(): void;
  /** `release`, by one who knows that nobody looks at the bytes any more: their memory is used again. */
  recycle(): void;
}

const memory = new SlabPool();
const NOTHING = Buffer.alloc(0);

/**
 * Read the body, stopping as soon as it is too long or too slow, declared length or not.
 *
 * The byte at `alignAt` is placed at a multiple of 8, so that the raw payloads behind a header of that length can be
 * viewed as 64-bit elements without another copy.
 *
 * @param trail whose bytes these are: they are counted and charged as they arrive, also those of a body that is cut off
 * @throws Refusal PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED, MALFORMED_REQUEST
 */
export function readBody(c: AppContext, trail: Trail, rules: BodyRules, alignAt = 0): Promise<Body> {
  const declared = header(c, 'content-length');
  if (declared !== undefined && Number(declared) > rules.maxBytes) throw tooLarge(rules.maxBytes);
  const intake = new Intake(rules, trail, alignAt);
  const incoming = c.env?.incoming;
  return incoming ? pump(incoming, intake) : drainWeb(c.req.raw, intake);
}

/** The chunks so far, counted against the limit of the route and the budget of the process; in the end, the body. */
class Intake implements Body {
  readonly #rules: BodyRules;
  readonly #trail: Trail;
  readonly #started = performance.now();
  readonly #chunks: Uint8Array[] = [];
  readonly #alignAt: number;
  #length = 0;
  #joined: Stretch | undefined;
  #bytes = NOTHING;

  constructor(rules: BodyRules, trail: Trail, alignAt: number) {
    this.#rules = rules;
    this.#trail = trail;
    this.#alignAt = alignAt;
  }

  get bytes(): Buffer<ArrayBuffer> {
    return this.#bytes;
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#rules.maxBytes) throw tooLarge(this.#rules.maxBytes);
    this.#rules.budget.take(this.#trail.owner, chunk.length);
    this.#length += chunk.length;
    this.#trail.bytesIn += chunk.length;
    this.#trail.charge?.(chunk.length);
    this.#chunks.push(chunk);
  }

  /** All chunks are here. */
  join(): Body {
    this.#joined = memory.take(this.#length, this.#alignAt);
    this.#bytes = bytesOf(this.#joined);
    let at = 0;
    for (const chunk of this.#chunks) {
      this.#bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks.length = 0;
    return this;
  }

  /** Call back if the body becomes overdue: its bytes so far earn it time. @returns to call once it is not waited for */
  whenOverdue(callback: () => void): () => void {
    const { timeoutMs, minBytesPerSecond } = this.#rules;
    const patience = () =>
      this.#started + timeoutMs + (this.#length / minBytesPerSecond) * 1_000 - performance.now();
    const check = () => {
      const left = patience();
      if (left > 0) timer = setTimeout(check, left + 1);
      else callback();
    };
    let timer = setTimeout(check, patience() + 1);
    return () => clearTimeout(timer);
  }

  release(): void {
    this.#rules.budget.give(this.#trail.owner, this.#length);
    this.#length = 0;
  }

  recycle(): void {
    this.release();
    if (this.#joined) memory.giveBack(this.#joined);
    this.#joined = undefined;
  }
}

/** Node: straight from the socket's chunks. */
function pump(incoming: IncomingMessage, intake: Intake): Promise<Body> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const fail = (error: unknown) => {
      if (settled) return;
      settled = true;
      stopWaiting();
      intake.release();
      reject(error);
    };
    const stopWaiting = intake.whenOverdue(() => {
      incoming.pause();
      fail(tooSlow());
    });
    incoming.on('data', (chunk: Uint8Array) => {
      if (settled) return;
      try {
        intake.add(chunk);
      } catch (error) {
        incoming.pause();
        fail(error);
      }
    });
    incoming.on('end', () => {
      if (settled) return;
      settled = true;
      stopWaiting();
      resolve(intake.join());
    });
    // every request closes in the end: making an error is left to those that close early
    incoming.on('close', () => {
      if (!settled) fail(cutShort());
    });
    incoming.on('error', () => undefined);
    if (incoming.destroyed) fail(cutShort());
  });
}

/** Anywhere else: from the Request's stream. */
async function drainWeb(request: Request, intake: Intake): Promise<Body> {
  if (request.body === null) return intake.join();
  const reader = request.body.getReader();
  let stopWaiting!: () => void;
  const late = new Promise<never>((_, reject) => {
    stopWaiting = intake.whenOverdue(() => reject(tooSlow()));
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([
        reader.read().catch(() => Promise.reject(cutShort())),
        late,
      ]);
      if (done) return intake.join();
      intake.add(value);
    }
  } catch (error) {
    intake.release();
    reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    stopWaiting();
  }
}

const tooLarge = (limit: number) => new Refusal('PAYLOAD_TOO_LARGE', `a body may have ${limit} bytes`);
const tooSlow = () =>
  new Refusal('REQUEST_TIMEOUT', 'the body arrives too slowly: send a smaller batch', {
    connection: 'close',
  });
const cutShort = () => new Refusal('MALFORMED_REQUEST', 'the body ended before its declared length');
