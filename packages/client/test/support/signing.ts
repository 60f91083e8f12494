import { RECEIPT_HEADER, formatReceipt, signReceipt, statementOf } from '@sharemesh/trust';
import type { Exchange, Message, PartyKey, Receipt } from '@sharemesh/trust';
import type { TransportRequest, TransportResponse } from '@sharemesh/client';
import { joined, json } from './test-party.ts';
import type { TestParty, Twist } from './test-party.ts';

const LENGTH = 'inference-header-content-length';

export interface Signing {
  /** Announced in place of the key's own. */
  readonly announced?: string | undefined;
  /** The exchange that is signed in place of the one that takes place. */
  readonly exchange?: (exchange: Exchange) => Exchange;
  /** The header that is sent in place of the receipt; undefined: none. */
  readonly header?: (receipt: Receipt, response: TransportResponse) => string | undefined;
  /** What else the party does with its answers, before it signs them. */
  readonly twist?: Twist;
}

const message = (body: Uint8Array, length: string | undefined): Message => ({
  ...(length !== undefined && { headerLength: Number(length) }),
  body,
});

/** Make a party announce `key` and sign every result with it. */
export function signReplies(party: TestParty, key: PartyKey, options: Signing = {}): void {
  const { exchange: other = (exchange) => exchange, header = formatReceipt, twist } = options;
  const announced = 'announced' in options ? options.announced : key.publicKey;
  /** The request that a job is for: a test has one at a time. */
  let asked: TransportRequest | undefined;
  party.twist = async (honest, request, party) => {
    const answer = twist ? await twist(honest, request, party) : honest;
    const { pathname } = request.url;
    if (pathname.endsWith('/v1/party')) {
      const said = JSON.parse(new TextDecoder().decode(answer.body)) as object;
      return json({ ...said, ...(announced !== undefined && { public_key: announced }) });
    }
    if (request.method === 'POST') asked = request;
    if (answer.status !== 200 || !asked || !/\/(infer|jobs\/\w+)$/.test(pathname)) return answer;
    const exchange = other({
      modelDigest: party.model.digest,
      request: message(joined(asked.body ?? []), asked.headers[LENGTH]),
      response: message(answer.body, answer.header(LENGTH)),
    });
    const statement = { ...statementOf(exchange), bootNonce: party.bootNonce, time: Date.now() };
    const receipt = header(await signReceipt(key, statement), answer);
    return { ...answer, header: (name) => (name === RECEIPT_HEADER ? receipt : answer.header(name)) };
  };
}
