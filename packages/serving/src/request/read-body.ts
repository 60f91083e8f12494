import type { IncomingMessage } from 'node:http';
import type { AppContext } from '../context.ts';
import { Refusal } from '../refusal.ts';
import type { ByteBudget } from './byte-budget.ts';
import { header } from './header.ts';
import { SlabPool, bytesOf } from './slab-pool.ts';
import type { Stretch } from './slab-pool.ts';

export interface BodyRules {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly budget: ByteBudget;
}

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
 * @throws Refusal PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED, MALFORMED_REQUEST
 */
export function readBody(c: AppContext, rules: BodyRules, alignAt = 0): Promise<Body> {
  const declared = header(c, 'content-length');
  if (declared !== undefined && Number(declared) > rules.maxBytes) throw tooLarge(rules.maxBytes);
  const intake = new Intake(rules, alignAt);
  const incoming = c.env?.incoming;
  return incoming ? pump(incoming, intake) : drainWeb(c.req.raw, intake, rules.timeoutMs);
}

/** The chunks so far, counted against the limit of the route and the budget of the process; in the end, the body. */
class Intake implements Body {
  readonly #rules: BodyRules;
  readonly #chunks: Uint8Array[] = [];
  readonly #alignAt: number;
  #length = 0;
  #joined: Stretch | undefined;
  #bytes = NOTHING;

  constructor(rules: BodyRules, alignAt: number) {
    this.#rules = rules;
    this.#alignAt = alignAt;
  }

  get bytes(): Buffer<ArrayBuffer> {
    return this.#bytes;
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#rules.maxBytes) throw tooLarge(this.#rules.maxBytes);
    this.#rules.budget.take(chunk.length);
    this.#length += chunk.length;
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

  release(): void {
    this.#rules.budget.give(this.#length);
    this.#length = 0;
  }

  recycle(): void {
    this.release();
    if (this.#joined) memory.giveBack(this.#joined);
    this.#joined = undefined;
  }
}

/**
 * Node: straight from the socket's chunks. Slow ones are the listening socket's business: it ends a request that has
 * not arrived after `bodyTimeoutMs` without a timer for each.
 */
function pump(incoming: IncomingMessage, intake: Intake): Promise<Body> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const fail = (error: unknown) => {
      if (settled) return;
      settled = true;
      intake.release();
      reject(error);
    };
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
async function drainWeb(request: Request, intake: Intake, timeoutMs: number): Promise<Body> {
  if (request.body === null) return intake.join();
  const reader = request.body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(timeoutMs)), timeoutMs);
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
    clearTimeout(timer);
  }
}

const tooLarge = (limit: number) => new Refusal('PAYLOAD_TOO_LARGE', `a body may have ${limit} bytes`);
const tooSlow = (ms: number) =>
  new Refusal('REQUEST_TIMEOUT', `the body had not arrived after ${ms} ms`, { connection: 'close' });
const cutShort = () => new Refusal('MALFORMED_REQUEST', 'the body ended before its declared length');
