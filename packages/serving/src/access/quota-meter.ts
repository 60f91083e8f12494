import { Refusal } from '../refusal.ts';
import type { Quota } from './access-options.ts';

/** Clients that are told apart; beyond it the longest unseen start anew. */
const MAX_CLIENTS = 10_000;

/** What is left of one kind of quota, refilling at limit / window. */
interface Bucket {
  readonly limit: number;
  left: number;
}

interface Account {
  readonly requests: Bucket | undefined;
  readonly bytes: Bucket | undefined;
  refilledAt: number;
}

/** Counts what each client uses: token buckets, one for requests and one for body bytes. */
export class QuotaMeter {
  readonly #quota: Quota;
  readonly #accounts = new Map<string, Account>();

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /**
   * Take one request of the client, whose body will have `bytes` as far as is known.
   * @returns the RateLimit headers of its answer
   * @throws Refusal RATE_LIMITED
   */
  takeRequest(client: string, bytes: number): Record<string, string> {
    const account = this.#refilled(client);
    const { requests, bytes: byteBucket } = account;
    if (requests && requests.left < 1) throw this.#refusal('requests', account, this.#wait(requests, 1));
    if (byteBucket && byteBucket.left < Math.max(1, Math.min(bytes, byteBucket.limit))) {
      throw this.#refusal('bytes', account, this.#wait(byteBucket, Math.max(1, bytes)));
    }
    if (requests) requests.left -= 1;
    return this.#headers(account);
  }

  /** Count the bytes that were read. The bucket may fall below zero: then the client waits for it. */
  takeBytes(client: string, bytes: number): void {
    const bucket = this.#accounts.get(client)?.bytes;
    if (bucket) bucket.left -= bytes;
  }

  #refilled(client: string): Account {
    const now = performance.now();
    const account = this.#accounts.get(client) ?? this.#open(now);
    this.#accounts.delete(client);
    this.#accounts.set(client, account);
    const share = (now - account.refilledAt) / (this.#quota.windowSeconds * 1_000);
    account.refilledAt = now;
    for (const bucket of [account.requests, account.bytes]) {
      if (bucket) bucket.left = Math.min(bucket.limit, bucket.left + share * bucket.limit);
    }
    return account;
  }

  #open(now: number): Account {
    if (this.#accounts.size >= MAX_CLIENTS) {
      const [longestUnseen] = this.#accounts.keys();
      if (longestUnseen !== undefined) this.#accounts.delete(longestUnseen);
    }
    const bucket = (limit: number | undefined) => (limit === undefined ? undefined : { limit, left: limit });
    return { requests: bucket(this.#quota.requests), bytes: bucket(this.#quota.bytes), refilledAt: now };
  }

  /** Seconds until the bucket holds `amount`. */
  #wait({ limit, left }: Bucket, amount: number): number {
    return Math.max(1, Math.ceil(((Math.min(amount, limit) - left) / limit) * this.#quota.windowSeconds));
  }

  #refusal(what: 'requests' | 'bytes', account: Account, seconds: number): Refusal {
    const limit = account[what]?.limit;
    return new Refusal('RATE_LIMITED', `${limit} ${what} in ${this.#quota.windowSeconds} s`, {
      ...this.#headers(account),
      'retry-after': String(seconds),
    });
  }

  /** `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers. */
  #headers(account: Account): Record<string, string> {
    const policies: string[] = [];
    const limits: string[] = [];
    for (const [name, bucket, unit] of [
      ['requests', account.requests, ''],
      ['bytes', account.bytes, ';qu="content-bytes"'],
    ] as const) {
      if (!bucket) continue;
      policies.push(`"${name}";q=${bucket.limit};w=${this.#quota.windowSeconds}${unit}`);
      const left = Math.max(0, Math.floor(bucket.left));
      limits.push(`"${name}";r=${left};t=${this.#wait(bucket, bucket.limit)}`);
    }
    return { 'ratelimit-policy': policies.join(', '), ratelimit: limits.join(', ') };
  }
}
