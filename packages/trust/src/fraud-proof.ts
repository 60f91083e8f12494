import {
  BOOT_NONCE,
  DIGEST,
  MAX_TENSOR_BYTES,
  PUBLIC_KEY,
  decodeBase64,
  encodeBase64,
} from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import type { Message, Receipt } from './receipts.ts';

/**
 * A party's signed word for a wrong reply, with all that is needed to see that it is wrong, except the model.
 *
 * Whoever publishes one publishes one share. Alone it is uniform noise; it must be the only share of its sharing that is
 * ever shown, so make one proof per sharing at most, whoever else lied.
 */
export interface FraudProof {
  /** Its header lengths are those of the bodies below, in the file too. */
  readonly receipt: Receipt;
  readonly request: Message;
  readonly response: Message;
}

export const FRAUD_PROOF_FORMAT = 'sharemesh-fraud-proof/1';

const Base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/));
const Sha256 = z.string().check(z.regex(DIGEST));

const MessageFile = z.strictObject({
  header_length: z.optional(z.int().check(z.minimum(0), z.maximum(MAX_TENSOR_BYTES))),
  body: Base64,
});

/** The file of a fraud proof: JSON, bodies in base64. */
export const FraudProofFile = z.strictObject({
  format: z.literal(FRAUD_PROOF_FORMAT),
  receipt: z.strictObject({
    model_digest: Sha256,
    party: z.string().check(z.regex(PUBLIC_KEY)),
    request_digest: Sha256,
    response_digest: Sha256,
    boot_nonce: z.string().check(z.regex(BOOT_NONCE)),
    time: z.int().check(z.minimum(0)),
    signature: z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/)),
  }),
  request: MessageFile,
  response: MessageFile,
});
export type FraudProofFile = z.infer<typeof FraudProofFile>;

export function encodeFraudProof({ receipt, request, response }: FraudProof): string {
  const file: FraudProofFile = {
    format: FRAUD_PROOF_FORMAT,
    receipt: {
      model_digest: receipt.modelDigest,
      party: receipt.party,
      request_digest: receipt.requestDigest,
      response_digest: receipt.responseDigest,
      boot_nonce: receipt.bootNonce,
      time: receipt.time,
      signature: receipt.signature,
    },
    request: encodePart(request),
    response: encodePart(response),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws MeshError INVALID_FRAUD_PROOF */
export function decodeFraudProof(text: string): FraudProof {
  let file: FraudProofFile;
  try {
    file = FraudProofFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new MeshError('INVALID_FRAUD_PROOF', 'the file is not a fraud proof of this format', { cause });
  }
  const { receipt } = file;
  return {
    receipt: {
      modelDigest: receipt.model_digest,
      party: receipt.party,
      requestDigest: receipt.request_digest,
      requestHeaderLength: file.request.header_length,
      responseDigest: receipt.response_digest,
      responseHeaderLength: file.response.header_length,
      bootNonce: receipt.boot_nonce,
      time: receipt.time,
      signature: receipt.signature,
    },
    request: decodePart(file.request),
    response: decodePart(file.response),
  };
}

function encodePart({ headerLength, body }: Message) {
  return { ...(headerLength !== undefined && { header_length: headerLength }), body: encodeBase64(body) };
}

function decodePart({ header_length, body }: z.infer<typeof MessageFile>): Message {
  try {
    return { ...(header_length !== undefined && { headerLength: header_length }), body: decodeBase64(body) };
  } catch (cause) {
    throw new MeshError('INVALID_FRAUD_PROOF', 'a body of the fraud proof is not base64', { cause });
  }
}
