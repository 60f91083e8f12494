import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import type { FieldVector, Share, SharingBinding } from '@sharemesh/shares/core';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { ModelInfo } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { Sharing } from './sharing.ts';

/** All that one layer of one inference needs, but for the input: the masks of parties 1 … n−1, and their replies. */
export interface Prepared {
  /** Of the parties' requests; the last has not been sent yet. */
  readonly requestIds: readonly string[];
  /** Σ masks: the last party's share is the input less this. */
  readonly mask: FieldVector;
  /** Σ replies: the output is the last party's reply plus this. */
  readonly reply: FieldVector;
  /** On the clock of `performance.now()`. */
  readonly expires: number;
}

/** What inferences are prepared with. */
export interface Preparation {
  readonly kernels: VectorKernels;
  readonly model: ModelInfo;
  readonly sharing: Sharing;
  readonly preparedMaxAgeMs: number;
  /** Fresh request ids for one layer of one inference. */
  bind(layer: number): SharingBinding;
  /** The masks of parties 1 … n−1. */
  draw(binding: SharingBinding): readonly Share[];
  /** Give each mask to its party. */
  send(
    masks: readonly Share[],
    binding: SharingBinding,
  ): Promise<{ readonly replies: readonly PartyReply[] }>;
}

/**
 * Fetch the replies to the masks of parties 1 … n−1, for all layers of `count` inferences, one inference after the other.
 * @throws MeshError UNSUPPORTED unless the sharing is additive
 */
export async function prepareInferences(
  store: PreparedStore,
  count: number,
  preparation: Preparation,
): Promise<void> {
  const { model, sharing } = preparation;
  if (sharing.scheme !== 'additive') {
    throw new MeshError('UNSUPPORTED', 'only additive sharing can be prepared');
  }
  for (let i = 0; i < count; i++) {
    await Promise.all(
      model.inference.layers.map(async (_, layer) => {
        const binding = preparation.bind(layer);
        store.put(layer, binding.batchSize, await prepareLayer(binding, preparation));
      }),
    );
  }
}

async function prepareLayer(
  binding: SharingBinding,
  { kernels, preparedMaxAgeMs, draw, send }: Preparation,
): Promise<Prepared> {
  const masks = draw(binding);
  const expires = performance.now() + preparedMaxAgeMs;
  const { replies } = await send(masks, binding);
  const sum = (vectors: FieldVector[]) => vectors.reduce((total, vector) => kernels.add(total, vector));
  return {
    requestIds: binding.requestIds,
    mask: sum(masks.map((mask) => mask.vector)),
    reply: sum(replies.map((reply) => reply.vector)),
    expires,
  };
}

/**
 * Prepared layers, each of which leaves at most once.
 *
 * A mask that hides two inputs gives away their difference, so `take` removes before it returns, in one synchronous
 * step, and nothing is ever put back: not after a failure, not for a retry. The store lives in memory only, so a crash
 * forgets it.
 */
export class PreparedStore {
  readonly #queues = new Map<string, Prepared[]>();
  #open = true;

  put(layer: number, batch: number, prepared: Prepared): void {
    if (!this.#open) return erase(prepared);
    const key = `${layer}/${batch}`;
    const queue = this.#queues.get(key);
    if (queue) queue.push(prepared);
    else this.#queues.set(key, [prepared]);
  }

  /** The oldest that is still fresh; those past their time are dropped on the way. */
  take(layer: number, batch: number): Prepared | undefined {
    const queue = this.#queues.get(`${layer}/${batch}`);
    const now = performance.now();
    for (let next = queue?.shift(); next; next = queue?.shift()) {
      if (next.expires > now) return next;
      erase(next);
    }
    return undefined;
  }

  /** Forget everything, also what may still arrive. */
  close(): void {
    this.#open = false;
    for (const queue of this.#queues.values()) queue.forEach(erase);
    this.#queues.clear();
  }
}

/** Masks that were never used hide nothing, but there is no reason to keep them in memory either. */
function erase({ mask, reply }: Prepared): void {
  mask.fill(0n);
  reply.fill(0n);
}
