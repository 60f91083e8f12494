import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import { expandSeed, fieldFromBytes } from '@sharemesh/shares/core';
import type { Exchange } from './watched-transport.ts';

/** The share that a server got, as it works with it: a seed is expanded, as the server does. */
export function receivedShare(
  kernels: FieldKernels,
  { inputs, request }: Exchange,
  modelDigest: string,
  columns: number,
): FieldVector {
  const [{ encoding, data }] = inputs as [(typeof inputs)[number]];
  if (encoding === 'field61') return fieldFromBytes(data);
  const { scheme, parties, party_id: partyId } = request.sharing!;
  const { layer, request_id: requestId, batch_size: batchSize } = request;
  return expandSeed(
    kernels,
    data,
    { modelDigest, layer, requestId, parties, partyId, batchSize, columns },
    scheme,
  );
}

/** Elements of F_p in parts of p: 0 to 1. */
export const fractions = (elements: FieldVector): Float64Array =>
  Float64Array.from(elements, (element) => Number(element) / 2 ** 61);
