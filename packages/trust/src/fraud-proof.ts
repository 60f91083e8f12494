import { BOOT_NONCE, DIGEST, PUBLIC_KEY, decodeBase64, encodeBase64 } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import { MAX_HEADER_LENGTH } from './receipts.ts';
import type { Message, Receipt } from './receipts.ts';

/**
 * A signed receipt for a wrong reply, with everything but the model that is needed to check that it is wrong.
 *
 * Publishing a proof publishes the share in its request. One share is uniform noise; several shares of one sharing may be
 * the input. So publish at most one proof for each sharing, whichever parties lied.
 */
export interface FraudProof {
  /** Its header lengths are those of the two messages. */
  readonly receipt: Receipt;
  readonly request: Message;
  readonly response: Message;
}

export const FRAUD_PROOF_FORMAT = 'sharemesh-fraud-proof/1';

const Base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/));
const Sha256 = z.string().check(z.regex(DIGEST));
const HeaderLength = z.optional(z.int().check(z.minimum(0), z.maximum(MAX_HEADER_LENGTH)));

const MessageFile = z.strictObject({ header_length: HeaderLength, body: Base64 });

/** The file of a fraud proof: JSON with the bodies in base64. */
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

/**
 * The text of a proof's file.
 * @throws MeshError INVALID_FRAUD_PROOF for what `decodeFraudProof` would refuse, or would read as something else
 */
export function encodeFraudProof(proof: FraudProof): string {
  const { receipt, request, response } = copyFraudProof(proof);
  if (
    receipt.requestHeaderLength !== request.headerLength ||
    receipt.responseHeaderLength !== response.headerLength
  ) {
    throw invalid('the header lengths of the receipt are not those of the messages');
  }
  const file: FraudProofFile = {
    format: FRAUD_PROOF_FORMAT,
    receipt: receiptPart(receipt),
    request: messagePart(request),
    response: messagePart(response),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * The proof in the text of its file.
 * @throws MeshError INVALID_FRAUD_PROOF
 */
export function decodeFraudProof(text: string): FraudProof {
  const { receipt, request, response } = parse(() => FraudProofFile.parse(JSON.parse(text)));
  return {
    receipt: {
      modelDigest: receipt.model_digest,
      party: receipt.party,
      requestDigest: receipt.request_digest,
      requestHeaderLength: request.header_length,
      responseDigest: receipt.response_digest,
      responseHeaderLength: response.header_length,
      bootNonce: receipt.boot_nonce,
      time: receipt.time,
      signature: receipt.signature,
    },
    request: parse(() => message(request.header_length, decodeBase64(request.body))),
    response: parse(() => message(response.header_length, decodeBase64(response.body))),
  };
}

/**
 * A proof whose fields are within the ranges of its file, read once: a judge decides about this copy, and whoever handed
 * in the original can no longer change it between two steps.
 *
 * @throws MeshError INVALID_FRAUD_PROOF
 */
export function copyFraudProof(proof: FraudProof): FraudProof {
  return parse(() => {
    const { receipt, request, response } = proof;
    const { requestHeaderLength, responseHeaderLength, ...fields } = { ...receipt };
    FraudProofFile.shape.receipt.parse(receiptPart(fields));
    return {
      receipt: {
        ...fields,
        requestHeaderLength: HeaderLength.parse(requestHeaderLength),
        responseHeaderLength: HeaderLength.parse(responseHeaderLength),
      },
      request: copyMessage(request),
      response: copyMessage(response),
    };
  });
}

function copyMessage({ headerLength, body }: Message): Message {
  if (!(body instanceof Uint8Array)) throw new TypeError('a body is a Uint8Array');
  return message(HeaderLength.parse(headerLength), new Uint8Array(body));
}

const message = (headerLength: number | undefined, body: Uint8Array): Message => ({
  ...(headerLength !== undefined && { headerLength }),
  body,
});

const receiptPart = (receipt: Receipt): FraudProofFile['receipt'] => ({
  model_digest: receipt.modelDigest,
  party: receipt.party,
  request_digest: receipt.requestDigest,
  response_digest: receipt.responseDigest,
  boot_nonce: receipt.bootNonce,
  time: receipt.time,
  signature: receipt.signature,
});

const messagePart = ({ headerLength, body }: Message): FraudProofFile['request'] => ({
  ...(headerLength !== undefined && { header_length: headerLength }),
  body: encodeBase64(body),
});

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw invalid('this is not a fraud proof of this format', cause);
  }
}

const invalid = (message: string, cause?: unknown) =>
  new MeshError('INVALID_FRAUD_PROOF', message, { cause });
