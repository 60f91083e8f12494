import { fieldFromBytes, fieldToBytes } from '@sharemesh/shares';
import { InferRequest, splitMessage } from '@sharemesh/wire';
import type { TransportRequest } from '@sharemesh/client';
import { joined, respond } from './test-party.ts';
import type { Twist } from './test-party.ts';

const P = 2n ** 61n - 1n;
const LENGTH = 'inference-header-content-length';

/** The request of a POST /v1/infer. */
export function askedOf({ headers, body }: TransportRequest): InferRequest {
  return InferRequest.parse(splitMessage(joined(body ?? []), headers[LENGTH]).json);
}

/** The honest answer with `error` added to its first elements where `when` says so: well-formed, and wrong. */
export const offBy =
  (error: readonly bigint[], when: (asked: InferRequest) => boolean = () => true): Twist =>
  (honest, request) => {
    const { status, header, body } = honest;
    const length = Number(header(LENGTH));
    if (request.method !== 'POST' || !when(askedOf(request))) return honest;
    const y = fieldFromBytes(body.subarray(length));
    error.forEach((amount, i) => (y[i] = (y[i]! + amount) % P));
    const headers = Object.fromEntries(['content-type', LENGTH].map((name) => [name, header(name)!]));
    return respond(status, headers, joined([body.subarray(0, length), fieldToBytes(y)]));
  };

export const isSketch = ({ operation }: InferRequest): boolean => operation === 'sketch';
