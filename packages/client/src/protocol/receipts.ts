import { readReceipt } from '@sharemesh/trust/receipts';
import type { FraudProof, Message } from '@sharemesh/trust';
import { HEADER_LENGTH, splitMessage } from '@sharemesh/wire';
import { concat } from '../transport/transport.ts';
import type { Transport, TransportRequest, TransportResponse } from '../transport/transport.ts';

export interface RecordOptions {
  /** Exchanges kept, the oldest forgotten first. They hold shares. Default 256. */
  readonly keep?: number;
}

/** A transport that keeps what was asked and answered under receipts, so that a lie can be proven afterwards. */
export interface ReceiptRecorder {
  readonly transport: Transport;
  /**
   * What a party signed of late, newest first: each a fraud proof if its reply was wrong (`checkFraudProof` tells, with the
   * model). A receipt that does not verify is left out.
   *
   * Every one holds a share. Never give away two of the same `siblings`: together they may be the input.
   */
  evidence(party: string): Promise<Evidence[]>;
  /** Forget all of it. */
  clear(): void;
}

/** A fraud proof, with what only the client knows and what is not written into a file of it. */
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
  readonly receipt: string;
  readonly response: Message;
}

/** @example const recorder = recordReceipts(undiciTransport()); await connectWith(recorder.transport, options); */
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
    const asked = pathname.endsWith('/v1/infer')
      ? {
          request: message(concat(request.body ?? []), request.headers[HEADER_LENGTH]),
          siblings: request.siblings ?? [],
        }
      : pending.get(href);
    if (!asked) return;
    if (response.status === 202) {
      const job = member(response, 'job_id');
      if (job !== undefined) pending.set(new URL(`jobs/${job}`, href).href, asked);
      if (pending.size > keep) pending.delete(pending.keys().next().value!);
    }
    const receipt = response.header('sharemesh-receipt');
    if (response.status !== 200 || receipt === undefined) return;
    pending.delete(href);
    exchanges.push({
      party,
      receipt,
      ...asked,
      response: message(response.body, response.header(HEADER_LENGTH)),
    });
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
      const key = keys.get(party);
      if (key === undefined) return [];
      const own = exchanges.filter((exchange) => exchange.party === party).toReversed();
      const proofs = await Promise.all(own.map((recorded) => prove(recorded, key)));
      return proofs.filter((proof) => proof !== undefined);
    },
    clear() {
      exchanges.length = 0;
      pending.clear();
    },
  };
}

async function prove(
  { receipt, request, response, siblings }: Recorded,
  key: string,
): Promise<Evidence | undefined> {
  try {
    const { json } = splitMessage(response.body, response.headerLength?.toString());
    const { result } = json as { result: { model_digest: string } };
    const exchange = { modelDigest: result.model_digest, request, response };
    return { receipt: await readReceipt(receipt, key, exchange), request, response, siblings };
  } catch {
    return undefined;
  }
}

/** A copy: transports may reuse their buffers. */
const message = (body: Uint8Array, headerLength: string | undefined): Message => ({
  ...(headerLength !== undefined && { headerLength: Number(headerLength) }),
  body: body.slice(),
});

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
