import { RECEIPT_HEADER, readReceipt } from '@sharemesh/trust/receipts';
import type { FraudProof, Message } from '@sharemesh/trust';
import { HEADER_LENGTH, parseHeaderLength, splitMessage } from '@sharemesh/wire';
import { concat } from '../transport/transport.ts';
import type { Transport, TransportRequest, TransportResponse } from '../transport/transport.ts';

export interface RecordOptions {
  /** Exchanges kept, the oldest forgotten first. They hold shares. Default 256. */
  readonly keep?: number;
}

/** A transport that keeps signed replies with their requests, so that a wrong one can be proven afterwards. */
export interface ReceiptRecorder {
  readonly transport: Transport;
  /**
   * What a party signed of late, newest first. Each is a fraud proof if its reply was wrong, which `checkFraudProof` decides
   * with the model. Receipts that do not verify under the key that the party had announced by then are left out.
   *
   * Each holds a share. Never publish two with the same `siblings`: together they may be the input.
   */
  evidence(party: string): Promise<Evidence[]>;
  /** Forget all of it. */
  clear(): void;
}

/** A fraud proof, with what only the client knows. That part is not written into the file of a proof. */
export interface Evidence extends FraudProof {
  /** Request ids of all shares of the same secret, at whatever party. */
  readonly siblings: readonly string[];
}

interface Asked {
  readonly request: Message;
  readonly siblings: readonly string[];
}

interface Recorded extends Asked {
  readonly party: string;
  /** The key that the party had announced: a later one does not make what it signed with this one void. */
  readonly key: string;
  readonly receipt: string;
  readonly response: Message;
}

/**
 * Keep what parties sign.
 *
 * @param inner the transport that does the work; closed with the returned one
 * @example
 * const recorder = recordReceipts(undiciTransport());
 * const client = await connectWith(recorder.transport, { parties, model, verification: 'cross', requireReceipts: true });
 */
export function recordReceipts(inner: Transport, { keep = 256 }: RecordOptions = {}): ReceiptRecorder {
  const exchanges: Recorded[] = [];
  const keys = new Map<string, string>();
  /** Requests whose answer was a job, by the job's address. */
  const pending = new Map<string, Asked>();

  const note = (request: TransportRequest, response: TransportResponse): void => {
    const { href, pathname } = request.url;
    const party = href.slice(0, href.lastIndexOf('/v1/'));
    if (pathname.endsWith('/v1/party')) {
      const key = member(response, 'public_key');
      if (key !== undefined) keys.set(party, key);
      return;
    }
    const sent = pathname.endsWith('/v1/infer')
      ? message(concat(request.body ?? []), request.headers[HEADER_LENGTH])
      : undefined;
    const asked = sent ? { request: sent, siblings: request.siblings ?? [] } : pending.get(href);
    if (!asked) return;
    if (response.status === 202) {
      const job = member(response, 'job_id');
      if (job !== undefined) pending.set(new URL(`jobs/${job}`, href).href, asked);
      if (pending.size > keep) pending.delete(pending.keys().next().value!);
    }
    const key = keys.get(party);
    const receipt = response.header(RECEIPT_HEADER);
    const reply = message(response.body, response.header(HEADER_LENGTH));
    if (response.status !== 200 || key === undefined || receipt === undefined || !reply) return;
    pending.delete(href);
    exchanges.push({ party, key, receipt, ...asked, response: reply });
    if (exchanges.length > keep) exchanges.shift();
  };

  return {
    transport: {
      ...inner,
      async request(request) {
        const response = await inner.request(request);
        note(request, response);
        return response;
      },
    },
    async evidence(party) {
      const own = exchanges.filter((exchange) => exchange.party === party).toReversed();
      const proofs = await Promise.all(own.map(prove));
      return proofs.filter((proof) => proof !== undefined);
    },
    clear() {
      exchanges.length = 0;
      pending.clear();
    },
  };
}

async function prove(recorded: Recorded): Promise<Evidence | undefined> {
  const { key, receipt, request, response, siblings } = recorded;
  try {
    const { json } = splitMessage(response.body, response.headerLength?.toString());
    const { result } = json as { result: { model_digest: string } };
    const exchange = { modelDigest: result.model_digest, request, response };
    return { receipt: await readReceipt(receipt, key, exchange), request, response, siblings };
  } catch {
    return undefined;
  }
}

/** A copy, since transports may reuse their buffers; undefined where the header is not one that v1 has. */
function message(body: Uint8Array, header: string | undefined): Message | undefined {
  if (header === undefined) return { body: body.slice() };
  const headerLength = parseHeaderLength(header);
  return headerLength === undefined ? undefined : { headerLength, body: body.slice() };
}

/** A text member of a JSON answer. */
function member({ body }: TransportResponse, name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    const text = (value as Record<string, unknown> | null)?.[name];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
