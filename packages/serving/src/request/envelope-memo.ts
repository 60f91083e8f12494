import { REQUEST_ID } from '@sharemesh/wire';
import type { InferRequest } from '@sharemesh/wire';

/** Kinds of envelope that are remembered: one for each layer, batch size and party of the clients at hand. */
const MOST_KINDS = 16;

/** Longer ones name many tensors, and are few. */
const LONGEST = 1_024;

const MARK = '"request_id":"';

/**
 * The envelopes of a client are the same text again and again, but for the request id. What was parsed and checked once
 * is not parsed and checked again: that takes longer than the rest of a short request.
 *
 * Two texts that differ between the quotes of a valid id only are both valid or both not, and mean the same but for the
 * id: no name but the request id's own can stand before those quotes in a valid envelope.
 */
export class EnvelopeMemo {
  /** Last seen first. */
  readonly #kinds: Kind[] = [];

  /** The request that this JSON holds, if its like was remembered. */
  recall(json: Buffer): InferRequest | undefined {
    for (let k = 0; k < this.#kinds.length; k++) {
      const kind = this.#kinds[k]!;
      const id = idIn(json, kind);
      if (id === undefined) continue;
      if (k > 0) this.#kinds.unshift(...this.#kinds.splice(k, 1));
      return { ...kind.request, request_id: id };
    }
    return undefined;
  }

  /** @param request what was found in the JSON, and valid */
  remember(json: Buffer, request: InferRequest): void {
    const mark = json.indexOf(MARK);
    if (json.length > LONGEST || mark === -1) return;
    const start = mark + MARK.length;
    const end = json.indexOf('"', start);
    if (json.toString('latin1', start, end) !== request.request_id) return;
    const { inputs, sharing, encryption } = request;
    for (const part of [inputs, ...inputs, sharing, encryption]) Object.freeze(part);
    this.#kinds.unshift({
      // copies: the body's memory is used again
      before: Buffer.from(json.subarray(0, start)),
      after: Buffer.from(json.subarray(end)),
      request: { ...request },
    });
    if (this.#kinds.length > MOST_KINDS) this.#kinds.pop();
  }
}

interface Kind {
  /** The bytes up to the id, and those from the quote behind it. */
  readonly before: Buffer;
  readonly after: Buffer;
  readonly request: InferRequest;
}

/** The id in an envelope of this kind; undefined if it is of another. */
function idIn(json: Buffer, { before, after }: Kind): string | undefined {
  const end = json.length - after.length;
  if (!holds(json, 0, before) || !holds(json, end, after)) return undefined;
  const id = json.toString('latin1', before.length, end);
  return REQUEST_ID.test(id) ? id : undefined;
}

/** A loop, which takes less time than a call out of JavaScript. */
function holds(json: Buffer, at: number, bytes: Buffer): boolean {
  for (let k = 0; k < bytes.length; k++) if (json[at + k] !== bytes[k]) return false;
  return true;
}
