import { concatBytes } from '@noble/hashes/utils.js';
import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import { fromBase64Url, toBase64Url } from './bytes.ts';
import { digestOfBytes, rawDigest } from './digest.ts';
import { publicKeyBytes, sign, verify } from './ed25519.ts';
import type { PartyKey } from './ed25519.ts';

export { generatePartyKey } from './ed25519.ts';
export type { PartyKey } from './ed25519.ts';

/** The response header that carries a receipt. */
export const RECEIPT_HEADER = 'sharemesh-receipt';

/** A body as it was sent. */
export interface Message {
  /** Its `Inference-Header-Content-Length`, an integer from 0 to 2^31 − 1; absent in the JSON form. */
  readonly headerLength?: number;
  readonly body: Uint8Array;
}

/** What a party signs: "to this request, on this model, I gave this response". */
export interface ReceiptStatement {
  readonly modelDigest: string;
  /** Ed25519 public key, base64url. */
  readonly party: string;
  /** SHA-256 of the body of the POST /v1/infer as it arrived. The body holds the request_id: a receipt is for one request. */
  readonly requestDigest: string;
  /** As in `Message`. */
  readonly requestHeaderLength?: number | undefined;
  /** SHA-256 of the body of the response as it was sent. */
  readonly responseDigest: string;
  /** As in `Message`. */
  readonly responseHeaderLength?: number | undefined;
  /** `boot_nonce` of GET /v1/party: which run of the process signed. */
  readonly bootNonce: string;
  /** Milliseconds since 1970 on the party's clock. */
  readonly time: number;
}

export interface Receipt extends ReceiptStatement {
  /** 64 bytes in base64url. */
  readonly signature: string;
}

/** A request and its response. */
export interface Exchange {
  readonly modelDigest: string;
  /** The POST /v1/infer, also where the response is that of GET /v1/jobs/{job_id}. */
  readonly request: Message;
  readonly response: Message;
}

/** As BOOT_NONCE of @sharemesh/wire, which a browser would have to load for it; a test compares the two. */
const NONCE = /^[A-Za-z0-9_-]{22}$/;

const CONTEXT = new TextEncoder().encode('sharemesh receipt v1\0');

/** The longest header that a receipt can be about: no body of v1 is longer. */
export const MAX_HEADER_LENGTH = 2 ** 31 - 1;

/** Written in place of the header length of a body in the JSON form, which has none. */
const NO_HEADER = 2 ** 32 - 1;

/**
 * The bytes that are signed: context ‖ model digest ‖ party ‖ request digest ‖ response digest, 32 bytes each ‖ boot
 * nonce, 22 ASCII characters ‖ header length of the request, of the response, big-endian u32 each ‖ time, big-endian
 * u64. Each part has a fixed length and each number is within its range, so no two statements have the same bytes. The
 * header lengths are included because a body in the binary form, split at another place, would look malformed.
 *
 * @throws MeshError INVALID_INPUT for a field out of its range, INVALID_KEY
 */
export function receiptBytes(statement: ReceiptStatement): Uint8Array {
  const { modelDigest, party, requestDigest, responseDigest, bootNonce, time } = statement;
  if (typeof bootNonce !== 'string' || !NONCE.test(bootNonce)) {
    throw new MeshError('INVALID_INPUT', 'a boot nonce is 22 characters of base64url');
  }
  requireInteger('the time of a receipt', time, 0, Number.MAX_SAFE_INTEGER);
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setUint32(0, encodeHeaderLength(statement.requestHeaderLength));
  numbers.setUint32(4, encodeHeaderLength(statement.responseHeaderLength));
  numbers.setBigUint64(8, BigInt(time));
  return concatBytes(
    CONTEXT,
    rawDigest(modelDigest),
    publicKeyBytes(party),
    rawDigest(requestDigest),
    rawDigest(responseDigest),
    new TextEncoder().encode(bootNonce),
    new Uint8Array(numbers.buffer),
  );
}

function encodeHeaderLength(length: number | undefined): number {
  if (length === undefined) return NO_HEADER;
  requireInteger('a header length', length, 0, MAX_HEADER_LENGTH);
  return length;
}

/**
 * A function that signs with `key` and returns the value of the `Sharemesh-Receipt` header: what a server is given as
 * `receipts.sign`. The server says what was asked and answered; the party and the time come from here.
 *
 * @param now for tests; milliseconds since 1970
 * @example
 * const key = await generatePartyKey();
 * createShareServer({ bundles, kernels, receipts: { publicKey: key.publicKey, sign: createReceiptSigner(key) } });
 */
export function createReceiptSigner(
  key: PartyKey,
  now: () => number = Date.now,
): (statement: Omit<ReceiptStatement, 'party' | 'time'>) => Promise<string> {
  return async (statement) => formatReceipt(await signReceipt(key, { ...statement, time: now() }));
}

/** The part of a statement that follows from the exchange. */
export const statementOf = ({ modelDigest, request, response }: Exchange) => ({
  modelDigest,
  requestDigest: digestOfBytes(request.body),
  requestHeaderLength: request.headerLength,
  responseDigest: digestOfBytes(response.body),
  responseHeaderLength: response.headerLength,
});

/**
 * The statement with the signature of the party that `key` belongs to.
 * @throws MeshError INVALID_INPUT for a field out of its range, INVALID_KEY for a key that cannot sign
 */
export async function signReceipt(
  key: PartyKey,
  statement: Omit<ReceiptStatement, 'party'>,
): Promise<Receipt> {
  const complete: ReceiptStatement = { ...statement, party: key.publicKey };
  return { ...complete, signature: toBase64Url(await sign(key, receiptBytes(complete))) };
}

/**
 * Is the signature the party's, over this statement? Whether the statement fits an exchange is for `readReceipt`.
 * @throws MeshError INVALID_INPUT for a field out of its range; INVALID_KEY for anything but a key, and keys of small order
 */
export async function verifyReceipt(receipt: Receipt): Promise<boolean> {
  const message = receiptBytes(receipt);
  let signature: Uint8Array;
  try {
    signature = fromBase64Url(receipt.signature);
  } catch {
    return false;
  }
  return verify(receipt.party, message, signature);
}

/**
 * `v1;<boot nonce>;<time>;<signature>`, about 130 characters. The model, the key and both digests are left out: a reader
 * has them, and must not take them from the party.
 */
export function formatReceipt({ bootNonce, time, signature }: Receipt): string {
  return `v1;${bootNonce};${time};${signature}`;
}

/**
 * The receipt in a header, verified for an exchange that the reader took part in.
 *
 * @param party the public key that GET /v1/party announced, or that the operator published
 * @throws MeshError INVALID_RECEIPT unless the header is a receipt for this exchange by this party
 * @example
 * const receipt = await readReceipt(response.headers.get('sharemesh-receipt') ?? '', publicKey, {
 *   modelDigest,
 *   request: { headerLength: 312, body: sentBytes },
 *   response: { headerLength: 287, body: receivedBytes },
 * });
 */
export async function readReceipt(header: string, party: string, exchange: Exchange): Promise<Receipt> {
  const match = /^v1;([A-Za-z0-9_-]{22});(0|[1-9][0-9]{0,15});([A-Za-z0-9_-]{86})$/.exec(header);
  if (!match) throw new MeshError('INVALID_RECEIPT', 'the header is not a receipt of v1');
  const [, bootNonce, time, signature] = match as unknown as [string, string, string, string];
  const receipt: Receipt = { ...statementOf(exchange), party, bootNonce, time: Number(time), signature };
  let cause: unknown;
  try {
    if (await verifyReceipt(receipt)) return receipt;
  } catch (error) {
    if (!MeshError.is(error) || error.code === 'UNSUPPORTED_PLATFORM') throw error;
    cause = error;
  }
  const message = 'the receipt is not signed by this party for this request and response';
  throw new MeshError('INVALID_RECEIPT', message, { cause });
}
