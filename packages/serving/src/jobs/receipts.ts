import { createHash } from 'node:crypto';
import { HEADER_LENGTH } from '@sharemesh/wire';
import { bootNonce } from '../party.ts';
import { bodyDigest } from './fingerprint.ts';
import type { Job } from './job.ts';

/** What a receipt says of a request and its answer: see "Receipts" in docs/wire-v1.md. */
export interface AnsweredRequest {
  readonly modelDigest: string;
  /** SHA-256 of the body of the POST /v1/infer, and where its JSON ends if it has the binary form. */
  readonly requestDigest: string;
  readonly requestHeaderLength: number | undefined;
  /** The same of the response. */
  readonly responseDigest: string;
  readonly responseHeaderLength: number | undefined;
  readonly bootNonce: string;
}

/** Makes the value of the `Sharemesh-Receipt` header. The server knows nothing of keys and signatures. */
export type ReceiptSigner = (answered: AnsweredRequest) => Promise<string>;

/** The answer to a job that is completed, with its receipt; any other answer as it is. */
export async function withReceipt(sign: ReceiptSigner, job: Job, response: Response): Promise<Response> {
  if (job.state.status !== 'completed') return response;
  const { modelDigest, fingerprint } = job.origin;
  const body = new Uint8Array(await response.arrayBuffer());
  const receipt = await sign({
    modelDigest,
    requestDigest: bodyDigest(fingerprint),
    requestHeaderLength: toNumber(fingerprint.headerLength),
    responseDigest: `sha256:${createHash('sha256').update(body).digest('hex')}`,
    responseHeaderLength: toNumber(response.headers.get(HEADER_LENGTH) ?? undefined),
    bootNonce,
  });
  const { status, headers } = response;
  headers.set('sharemesh-receipt', receipt);
  return new Response(body, { status, headers });
}

const toNumber = (length: string | undefined) => (length === undefined ? undefined : Number(length));
