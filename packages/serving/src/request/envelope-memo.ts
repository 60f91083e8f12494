import type { InferRequest } from '@sharemesh/wire';

/** Kinds of envelope that are remembered: one for each layer, batch size and party of the clients at hand. */
const MOST_KINDS = 64;

/** Longer ones name many tensors, and are few. */
const LONGEST = 1_024;

const MARK = '"request_id":"';
const ID = /^[A-Za-z0-9_-]{22,64}$/;

/**
 * The envelopes of a client are the same text again and again, but for the request id. What was parsed and checked once
 * is not parsed and checked again: that takes longer than the rest of a short request.
 *
 * Two texts that differ between the quotes of a valid id only are both valid or both not, and mean the same but for the
 * id: no name but the request id's own can stand before those quotes in a valid envelope.
 */
export class EnvelopeMemo {
  readonly #requests = new Map<string, InferRequest>();

  /** The request that this JSON holds, if its like was remembered. */
  recall(json: Buffer): InferRequest | undefined {
    const found = cut(json);
    const known = found && this.#requests.get(found.kind);
    return known && { ...known, request_id: found.id };
  }

  /** @param request what was found in the JSON, and valid */
  remember(json: Buffer, request: InferRequest): void {
    const found = cut(json);
    if (!found || found.id !== request.request_id) return;
    if (this.#requests.size === MOST_KINDS) this.#requests.delete(this.#requests.keys().next().value!);
    for (const input of request.inputs) Object.freeze(input);
    Object.freeze(request.inputs);
    this.#requests.set(found.kind, request);
  }
}

/** The text without its id, and the id. */
function cut(json: Buffer): { readonly kind: string; readonly id: string } | undefined {
  if (json.length > LONGEST) return undefined;
  // a character for a byte: what is compared is bytes, valid UTF-8 or not
  const text = json.toString('latin1');
  const mark = text.indexOf(MARK);
  if (mark === -1) return undefined;
  const start = mark + MARK.length;
  const end = text.indexOf('"', start);
  const id = text.slice(start, end);
  return ID.test(id) ? { kind: text.slice(0, start) + text.slice(end), id } : undefined;
}
