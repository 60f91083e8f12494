import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { MeshError } from '@sharemesh/wire/errors';
import { createCkksClient } from '@sharemesh/rlwe';
import type { CkksClient, CkksClientOptions } from '@sharemesh/rlwe';
import type { LinearContext } from '../backend.ts';

/**
 * Requests that are encrypted under one key. What an application does about an error or an output can show a server a bit
 * of the key for each inference: see docs/rlwe.md for what is left of a key after so many.
 */
export const REQUESTS_PER_KEY = 256;

/** PUT /v1/keys/{key_id}. */
export type RegisterKey = (keyId: string, publicKey: Uint8Array, context: LinearContext) => Promise<unknown>;

/** A key pair, from the moment that its turn comes. */
class Epoch {
  readonly ready: Promise<CkksClient>;
  /** Requests that were begun, and those of them that are not over. */
  begun = 0;
  open = 0;
  keyId: string | undefined;
  registered = false;

  constructor(ready: Promise<CkksClient>) {
    this.ready = ready.then((client) => {
      const { publicKey } = client;
      this.keyId = publicKey && `sha256:${bytesToHex(sha256(publicKey))}`;
      this.registered = publicKey === undefined;
      return client;
    });
    this.ready.catch(() => undefined);
  }

  wipe(): void {
    this.ready.then(
      (client) => client.close(),
      () => undefined,
    );
  }
}

/**
 * The keys of one connection, one after the other by a schedule: a fresh pair for every `REQUESTS_PER_KEY` requests,
 * counted as they begin. Neither what was decrypted nor an error has a part in it.
 */
export class SessionKeys {
  readonly #options: CkksClientOptions;
  readonly #register: RegisterKey;
  #current: Epoch;
  readonly #retired = new Set<Epoch>();
  #closed = false;

  constructor(first: CkksClient, options: CkksClientOptions, register: RegisterKey) {
    this.#options = { ...options, plans: first.plans };
    this.#register = register;
    this.#current = new Epoch(Promise.resolve(first));
  }

  /** Register the first key. */
  open(context: LinearContext): Promise<void> {
    return this.#announce(this.#current, context);
  }

  /**
   * One request, under the key whose turn it is.
   * @param work is done once more, from the start, where the server has forgotten the key: it keeps a limited number
   */
  async use<T>(
    context: LinearContext,
    work: (client: CkksClient, keyId: string | undefined) => Promise<T>,
  ): Promise<T> {
    const epoch = this.#turn();
    try {
      const client = await epoch.ready;
      await this.#announce(epoch, context);
      try {
        return await work(client, epoch.keyId);
      } catch (error) {
        if (!MeshError.is(error) || error.code !== 'UNKNOWN_KEY') throw error;
        epoch.registered = false;
        await this.#announce(epoch, context);
        return await work(client, epoch.keyId);
      }
    } finally {
      epoch.open--;
      this.#tidy();
    }
  }

  /** Wipe all keys. */
  close(): void {
    this.#closed = true;
    for (const epoch of [...this.#retired, this.#current]) epoch.wipe();
    this.#retired.clear();
  }

  #turn(): Epoch {
    if (this.#closed) throw new MeshError('CLOSED', 'the client is closed');
    if (this.#current.begun >= REQUESTS_PER_KEY) {
      this.#retired.add(this.#current);
      this.#current = this.#draw();
    }
    this.#current.begun++;
    this.#current.open++;
    return this.#current;
  }

  #draw(): Epoch {
    const epoch = new Epoch(createCkksClient(this.#options));
    // keys that could not be made have had their turn
    epoch.ready.catch(() => (epoch.begun = REQUESTS_PER_KEY));
    return epoch;
  }

  /** Wipe the keys that had their turn and that nothing needs any more. */
  #tidy(): void {
    for (const epoch of this.#retired) {
      if (epoch.open > 0) continue;
      epoch.wipe();
      this.#retired.delete(epoch);
    }
  }

  /** Register a key unless the server has it. Requests that wait for the same each do so, within their own deadlines. */
  async #announce(epoch: Epoch, context: LinearContext): Promise<void> {
    const { publicKey } = await epoch.ready;
    if (epoch.registered) return;
    await this.#register(epoch.keyId!, publicKey!, context);
    epoch.registered = true;
  }
}
