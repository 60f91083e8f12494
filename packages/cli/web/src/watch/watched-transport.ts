import type { Transport, TransportRequest, TransportResponse } from '@sharemesh/client';
import { splitMessage, takeTensors } from '@sharemesh/wire/framing';
import type { InferRequest, InferResult, TensorData } from '@sharemesh/wire';

/** One POST /v1/infer as it went over the network: what a server received, and what it returned. */
export interface Exchange {
  /** Origin of the server. */
  readonly party: string;
  /** The whole body. */
  readonly sent: Uint8Array;
  readonly request: InferRequest;
  /** The payloads of the body: shares or ciphertexts. */
  readonly inputs: readonly TensorData[];
  readonly received: Uint8Array;
  readonly outputs: readonly TensorData[];
}

export interface Watch {
  readonly transport: Transport;
  /** Bytes that were registered before the first inference: a public key, under encryption. */
  readonly registered: () => number;
  /** What was exchanged since it was last asked for. */
  take(): Exchange[];
}

const LENGTH = 'inference-header-content-length';

/** A transport that keeps a copy of what passes through it. */
export function watch(inner: Transport): Watch {
  let exchanges: Exchange[] = [];
  let registered = 0;
  return {
    transport: {
      ...inner,
      async request(request) {
        const sent = joined(request.body ?? []);
        const response = await inner.request(request);
        if (request.method === 'PUT') registered += sent.length;
        if (request.url.pathname.endsWith('/v1/infer') && response.status === 200) {
          exchanges.push(readExchange(request, sent, response));
        }
        return response;
      },
    },
    registered: () => registered,
    take() {
      const taken = exchanges.toSorted((a, b) => partyOf(a) - partyOf(b));
      exchanges = [];
      return taken;
    },
  };
}

function readExchange(
  { url, headers }: TransportRequest,
  sent: Uint8Array,
  response: TransportResponse,
): Exchange {
  const asked = splitMessage(sent, headers[LENGTH]);
  const answered = splitMessage(response.body, response.header(LENGTH));
  const request = asked.json as InferRequest;
  const { result } = answered.json as { result: InferResult };
  return {
    party: url.origin,
    sent,
    request,
    inputs: takeTensors(request.inputs, asked.tail),
    received: response.body,
    outputs: takeTensors(result.outputs, answered.tail),
  };
}

const partyOf = ({ request }: Exchange) => request.sharing?.party_id ?? 0;

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
