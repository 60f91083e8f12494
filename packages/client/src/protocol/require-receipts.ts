import { concatBytes } from '@noble/hashes/utils.js';
import { RECEIPT_HEADER, readReceipt } from '@sharemesh/trust/receipts';
import { MeshError } from '@sharemesh/wire/errors';
import type { ReplyCheck } from './infer-reply.ts';

/**
 * A check that a party signs its replies: the receipt in the header has to verify for exactly this request and response, on
 * this model, under the key that the party announced. There is evidence of a signed reply that is wrong (`recordReceipts`)
 * and none of an unsigned one, so the latter is refused.
 *
 * @param publicKey as GET /v1/party announced it at `connect`
 * @returns the check; it throws MeshError INVALID_RECEIPT, naming the party
 * @throws MeshError UNSUPPORTED for a party without a key
 */
export function receiptCheck(party: string, publicKey: string | undefined, modelDigest: string): ReplyCheck {
  if (publicKey === undefined) {
    throw new MeshError('UNSUPPORTED', `${party} does not sign its replies`, { party });
  }
  return async ({ chunks, headerLength }, response, tail) => {
    const { body } = response;
    const exchange = {
      modelDigest,
      request: { headerLength, body: concatBytes(...chunks) },
      response: { ...(tail && { headerLength: body.length - tail.length }), body },
    };
    try {
      await readReceipt(response.header(RECEIPT_HEADER) ?? '', publicKey, exchange);
    } catch (cause) {
      const what = `${party} sent a reply without a valid receipt`;
      throw new MeshError('INVALID_RECEIPT', what, { party, cause });
    }
  };
}
