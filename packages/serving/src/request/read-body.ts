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

/**
 * Read the body, stopping as soon as it is too long or too slow, declared length or not.
 *
 * The byte at `alignAt` is placed at a multiple of 8, so that the raw payloads behind a header of that length can be
 * viewed as 64-bit elements without another copy.
 * @throws Refusal PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED, MALFORMED_REQUEST
 */
export async function readBody(c: AppContext, rules: BodyRules, alignAt = 0): Promise<Body> {
  const declared = header(c, 'content-length');
  if (declared !== undefined && Number(declared) > rules.maxBytes) throw tooLarge(rules.maxBytes);
  const intake = new Intake(rules);
  try {
    const incoming = c.env?.incoming;
    await (incoming ? pump(incoming, intake) : drainWeb(c.req.raw, intake, rules.timeoutMs));
  } catch (error) {
    intake.release();
    throw error;
  }
  return intake.join(alignAt);
}

/** The chunks so far, counted against the limit of the route and the budget of the process. */
class Intake {
  readonly #rules: BodyRules;
  readonly #chunks: Uint8Array[] = [];
  #joined: Stretch | undefined;
  #held = 0;
  length = 0;

  constructor(rules: BodyRules) {
    this.#rules = rules;
  }

  add(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.#rules.maxBytes) throw tooLarge(this.#rules.maxBytes);
    this.#rules.budget.take(chunk.length);
    this.#held += chunk.length;
    this.length += chunk.length;
    this.#chunks.push(chunk);
  }

  join(alignAt: number): Body {
    return { bytes: this.#join(alignAt), release: () => this.release(), recycle: () => this.#recycle() };
  }

  release(): void {
    this.#rules.budget.give(this.#held);
    this.#held = 0;
  }

  #join(alignAt: number): Buffer<ArrayBuffer> {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first && (first.byteOffset + alignAt) % 8 === 0) {
      const { buffer, byteOffset, length } = first;
      return Buffer.from(buffer as ArrayBuffer, byteOffset, length);
    }
    this.#joined = memory.take(this.length, alignAt);
    const joined = bytesOf(this.#joined);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks.length = 0;
    return joined;
  }

  #recycle(): void {
    this.release();
    if (this.#joined) memory.giveBack(this.#joined);
    this.#joined = undefined;
  }
}

/**
 * Node: straight from the socket's chunks. Slow ones are the listening socket's business: it ends a request that has
 * not arrived after `bodyTimeoutMs` without a timer for each.
 */
function pump(incoming: IncomingMessage, intake: Intake): Promise<void> {
  return new Promise((resolve, reject) => {
    let settled = false;
    incoming.on('data', (chunk: Uint8Array) => {
      if (settled) return;
      try {
        intake.add(chunk);
      } catch (error) {
        settled = true;
        incoming.pause();
        reject(error);
      }
    });
    incoming.on('end', () => {
      settled = true;
      resolve();
    });
    // every request closes in the end: making an error is left to those that close early
    incoming.on('close', () => {
      if (!settled) reject(cutShort());
    });
    incoming.on('error', () => undefined);
    if (incoming.destroyed) reject(cutShort());
  });
}

/** Anywhere else: from the Request's stream. */
async function drainWeb(request: Request, intake: Intake, timeoutMs: number): Promise<void> {
  if (request.body === null) return;
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
      if (done) return;
      intake.add(value);
    }
  } catch (error) {
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
