import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { FieldVector } from '@sharemesh/kernels/field';
import { expandSeed, fieldFromBytes } from '@sharemesh/shares/core';
import type { InferRequest } from '@sharemesh/wire';
import { splitMessage, takeTensors } from '@sharemesh/wire/framing';
import type { Request } from 'playwright-core';

/** The body of one POST /v1/infer, as the network saw it. */
export interface SentBody {
  readonly origin: string;
  readonly request: InferRequest;
  readonly payload: Uint8Array;
}

export const isInference = (request: Request): boolean =>
  request.method() === 'POST' && new URL(request.url()).pathname === '/v1/infer';

export function readSent(request: Request): SentBody {
  const body = request.postDataBuffer()!;
  const message = splitMessage(new Uint8Array(body), request.headers()['inference-header-content-length']);
  const json = message.json as InferRequest;
  const [tensor] = takeTensors(json.inputs, message.tail);
  return { origin: new URL(request.url()).origin, request: json, payload: tensor!.data };
}

/** The share of a body, expanded where it is a seed, as its server does. */
export async function shareOf(
  { request, payload }: SentBody,
  modelDigest: string,
  columns: number,
): Promise<FieldVector> {
  if (payload.length !== 32) return fieldFromBytes(payload);
  const { layer, request_id: requestId, batch_size: batchSize } = request;
  const { scheme, parties, party_id: partyId } = request.sharing!;
  const binding = { modelDigest, layer, requestId, parties, partyId, batchSize, columns };
  return expandSeed(await loadFieldKernels(), payload, binding, scheme);
}
