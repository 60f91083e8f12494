import { concatBytes } from '@noble/hashes/utils.js';
import { BOOT_NONCE } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import { fromBase64Url, toBase64Url } from './bytes.ts';
import { digestBytes, digestOfBytes } from './digest.ts';
import { publicKeyBytes, sign, verify } from './ed25519.ts';
import type { PartyKey } from './ed25519.ts';

export { generatePartyKey } from './ed25519.ts';
export type { PartyKey } from './ed25519.ts';

/** The response header a receipt travels in. */
export const RECEIPT_HEADER = 'sharemesh-receipt';

/** A body as it travelled, and its `Inference-Header-Content-Length` where it has the binary form. */
export interface Message {
  readonly headerLength?: number;
  readonly body: Uint8Array;
}

/** What a party says under its signature: "to this request, on this model, I gave this response". */
export interface ReceiptStatement {
  readonly modelDigest: string;
  /** Ed25519 public key, base64url. */
  readonly party: string;
  /** SHA-256 of the body of the POST /v1/infer, as it arrived. It holds the request_id, so the receipt is for that one. */
  readonly requestDigest: string;
  readonly requestHeaderLength?: number | undefined;
  /** SHA-256 of the body of the response, as it was sent. */
  readonly responseDigest: string;
  readonly responseHeaderLength?: number | undefined;
  /** `boot_nonce` of GET /v1/party: which run of which process signed. */
  readonly bootNonce: string;
  /** Milliseconds since 1970, on the party's clock. */
  readonly time: number;
}

export interface Receipt extends ReceiptStatement {
  /** 64 bytes in base64url. */
  readonly signature: string;
}

/** A request and its answer, both as bytes on the wire. */
export interface Exchange {
  readonly modelDigest: string;
  /** The POST /v1/infer; of a job's result too. */
  readonly request: Message;
  readonly response: Message;
}

const CONTEXT = new TextEncoder().encode('sharemesh receipt v1\0');

/** Stands for the header length of a body in the JSON form, which has none. */
const NO_HEADER = 2 ** 32 - 1;

/**
 * The bytes that are signed: context ‖ model digest ‖ party ‖ request digest ‖ response digest, 32 bytes each ‖ boot
 * nonce, 22 ASCII characters ‖ header length of the request, of the response, big-endian u32 each ‖ time, big-endian
 * u64. All of fixed length: no two statements have the same bytes. The header lengths are there because a body in the
 * binary form, split elsewhere than its sender did, would look malformed.
 *
 * @throws MeshError INVALID_INPUT, INVALID_KEY
 */
export function receiptBytes(statement: ReceiptStatement): Uint8Array {
  const { modelDigest, party, requestDigest, responseDigest, bootNonce, time } = statement;
  if (!BOOT_NONCE.test(bootNonce)) {
    throw new MeshError('INVALID_INPUT', 'a boot nonce is 22 characters of base64url');
  }
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new MeshError('INVALID_INPUT', 'the time of a receipt is a number of milliseconds');
  }
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setUint32(0, statement.requestHeaderLength ?? NO_HEADER);
  numbers.setUint32(4, statement.responseHeaderLength ?? NO_HEADER);
  numbers.setBigUint64(8, BigInt(time));
  const parts = [
    CONTEXT,
    digestBytes(modelDigest),
    publicKeyBytes(party),
    digestBytes(requestDigest),
    digestBytes(responseDigest),
    new TextEncoder().encode(bootNonce),
    new Uint8Array(numbers.buffer),
  ];
  return concatBytes(...parts);
}

/**
 * Makes the value of the `Sharemesh-Receipt` header: what a server plugs in behind its answers (`receipts` of
 * @sharemesh/serving). The server says what was asked and answered; key and clock are the signer's.
 */
export type ReceiptSigner = (statement: Omit<ReceiptStatement, 'party' | 'time'>) => Promise<string>;

/** @param now for tests; milliseconds since 1970 */
export function createReceiptSigner(key: PartyKey, now: () => number = Date.now): ReceiptSigner {
  return async (statement) => formatReceipt(await signReceipt(key, { ...statement, time: now() }));
}

/** What a statement says of an exchange. */
export const statementOf = ({ modelDigest, request, response }: Exchange) => ({
  modelDigest,
  requestDigest: digestOfBytes(request.body),
  requestHeaderLength: request.headerLength,
  responseDigest: digestOfBytes(response.body),
  responseHeaderLength: response.headerLength,
});

export async function signReceipt(
  key: PartyKey,
  statement: Omit<ReceiptStatement, 'party'>,
): Promise<Receipt> {
  const complete: ReceiptStatement = { ...statement, party: key.publicKey };
  return { ...complete, signature: toBase64Url(await sign(key, receiptBytes(complete))) };
}

/** Does the signature belong to the statement? Whether the statement fits an exchange is for `readReceipt`. */
export async function verifyReceipt(receipt: Receipt): Promise<boolean> {
  let signature: Uint8Array;
  try {
    signature = fromBase64Url(receipt.signature);
  } catch {
    return false;
  }
  return verify(receipt.party, receiptBytes(receipt), signature);
}

/**
 * `v1;<boot nonce>;<time>;<signature>`, about 130 characters. Model, key and both digests stay away: who reads the
 * receipt has them, and takes none of them from the party's word.
 */
export function formatReceipt({ bootNonce, time, signature }: Receipt): string {
  return `v1;${bootNonce};${time};${signature}`;
}

/**
 * The receipt in a header, checked against what the reader sent, got and knows.
 *
 * @param party the public key that GET /v1/party announced, or that the operator published
 * @throws MeshError INVALID_RECEIPT where the header is no receipt for this exchange by this party
 */
export async function readReceipt(header: string, party: string, exchange: Exchange): Promise<Receipt> {
  const match = /^v1;([A-Za-z0-9_-]{22});(0|[1-9][0-9]{0,15});([A-Za-z0-9_-]{86})$/.exec(header);
  if (!match || !Number.isSafeInteger(Number(match[2]))) {
    throw new MeshError('INVALID_RECEIPT', 'the header is not a receipt of v1');
  }
  const [, bootNonce, time, signature] = match as unknown as [string, string, string, string];
  const receipt: Receipt = {
    ...statementOf(exchange),
    party,
    bootNonce,
    time: Number(time),
    signature,
  };
  if (!(await verifyReceipt(receipt))) {
    throw new MeshError(
      'INVALID_RECEIPT',
      'the receipt is not this party’s word for this request and response',
    );
  }
  return receipt;
}
