import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { equalVectors, fieldFromBytes, unpackField } from '@sharemesh/shares';
import { CompletedJob, splitMessage, takeTensors } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { InferRequest } from '@sharemesh/wire';
import { digestOfBytes } from './digest.ts';
import { copyFraudProof } from './fraud-proof.ts';
import type { FraudProof } from './fraud-proof.ts';
import { verifyReceipt } from './receipts.ts';
import type { Message, Receipt } from './receipts.ts';
import { rightAnswer } from './right-answer.ts';

/** Why a proof holds or does not hold. Stable: safe to branch on. */
export type FraudVerdictCode =
  | 'WRONG_OUTPUT'
  | 'WRONG_ECHO'
  | 'MALFORMED_REPLY'
  | 'REPLY_IS_RIGHT'
  | 'NOT_A_RESULT'
  | 'INVALID_REQUEST'
  | 'OTHER_MODEL'
  | 'BAD_SIGNATURE'
  | 'REQUEST_DIGEST_MISMATCH'
  | 'RESPONSE_DIGEST_MISMATCH';

export interface FraudVerdict {
  /** Whether the holder of the receipt's key signed a reply that is not W·x for the request that it names. */
  readonly proven: boolean;
  readonly code: FraudVerdictCode;
  /** For people; says no value of a share or an output. */
  readonly detail: string;
}

const VERDICTS: Record<FraudVerdictCode, readonly [proven: boolean, detail: string]> = {
  WRONG_OUTPUT: [true, 'the signed output is not W·x for the share in the request'],
  WRONG_ECHO: [true, 'the signed reply names another request, layer, batch or model than it answers'],
  MALFORMED_REPLY: [true, 'the signed reply holds no well-formed output of this layer'],
  REPLY_IS_RIGHT: [false, 'the signed output is exactly W·x: the party was right'],
  NOT_A_RESULT: [false, 'the signed response does not claim to be a result'],
  INVALID_REQUEST: [false, 'an honest party refuses this request, so no answer to it is wrong'],
  OTHER_MODEL: [false, 'the receipt is for another model than the given one'],
  BAD_SIGNATURE: [false, 'the signature does not verify for this receipt and key'],
  REQUEST_DIGEST_MISMATCH: [false, 'the receipt is for another request'],
  RESPONSE_DIGEST_MISMATCH: [false, 'the receipt is for another response'],
};

const verdict = (code: FraudVerdictCode): FraudVerdict => {
  const [proven, detail] = VERDICTS[code];
  return { proven, code, detail };
};

/**
 * Did a party sign a wrong answer? Anyone who has the model can check it without trusting the accuser or the party: W·x_i is
 * computed again, exactly, from the bytes that the receipt covers. Everything the verdict depends on is signed.
 *
 * The proof does not show whose key it is: compare `receipt.party` with the key that the operator published.
 *
 * @param bundle the model that the party says it used
 * @throws MeshError INVALID_FRAUD_PROOF for an object that is not a proof
 * @example
 * const verdict = await checkFraudProof(decodeFraudProof(text), await loadBundle('./digits'), await loadFieldKernels());
 */
export async function checkFraudProof(
  proof: FraudProof,
  bundle: ModelBundle,
  kernels: FieldKernels,
): Promise<FraudVerdict> {
  const { receipt, request, response } = copyFraudProof(proof);
  if (!covers(receipt.requestDigest, receipt.requestHeaderLength, request)) {
    return verdict('REQUEST_DIGEST_MISMATCH');
  }
  if (!covers(receipt.responseDigest, receipt.responseHeaderLength, response)) {
    return verdict('RESPONSE_DIGEST_MISMATCH');
  }
  if (!(await isSigned(receipt))) return verdict('BAD_SIGNATURE');
  if (receipt.modelDigest !== bundle.digest) return verdict('OTHER_MODEL');

  let right: ReturnType<typeof rightAnswer>;
  try {
    right = rightAnswer(kernels, bundle, request);
  } catch (error) {
    if (MeshError.is(error)) return verdict('INVALID_REQUEST');
    throw error;
  }
  return verdict(compareReply(response, right.request, bundle.digest, right.outputs));
}

const covers = (digest: string, headerLength: number | undefined, message: Message): boolean =>
  digest === digestOfBytes(message.body) && headerLength === message.headerLength;

/** What is not a key, or has small order, cannot sign. */
async function isSigned(receipt: Receipt): Promise<boolean> {
  try {
    return await verifyReceipt(receipt);
  } catch (error) {
    if (MeshError.is(error) && error.code === 'INVALID_KEY') return false;
    throw error;
  }
}

function compareReply(
  { body, headerLength }: Message,
  request: InferRequest,
  modelDigest: string,
  right: FieldVector,
): FraudVerdictCode {
  try {
    const { json, tail } = splitMessage(body, headerLength?.toString());
    if (!claimsResult(json)) return 'NOT_A_RESULT';
    const parsed = CompletedJob.safeParse(json);
    if (!parsed.success) return 'MALFORMED_REPLY';
    const { result } = parsed.data;
    const echoes =
      result.request_id === request.request_id &&
      result.layer === request.layer &&
      result.batch_size === request.batch_size &&
      result.model_digest === modelDigest;
    if (!echoes) return 'WRONG_ECHO';
    const [output, ...more] = takeTensors(result.outputs, tail);
    if (!output || more.length > 0) return 'MALFORMED_REPLY';
    if (output.encoding !== 'field61' && output.encoding !== 'field61-packed') return 'MALFORMED_REPLY';
    const y =
      output.encoding === 'field61' ? fieldFromBytes(output.data) : unpackField(output.data, right.length);
    return equalVectors(y, right) ? 'REPLY_IS_RIGHT' : 'WRONG_OUTPUT';
  } catch (error) {
    if (MeshError.is(error)) return 'MALFORMED_REPLY';
    throw error;
  }
}

const claimsResult = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'status' in json && json.status === 'completed';
