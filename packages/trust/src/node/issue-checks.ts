import type { FieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { CHECKS_PAYLOAD_TYPE, drawChecks } from '../checks.ts';
import type { IssueOptions } from '../checks.ts';
import { sealEnvelope } from './ecdsa-signer.ts';

/**
 * Owner: the text of a signed file of fresh check vectors, for one client. No party may see it.
 * @param privateKeyPem the key that the model is signed with, ECDSA P-256
 * @throws MeshError INVALID_KEY, or INVALID_INPUT for times that are no integers or not in order
 */
export function issueChecks(
  kernels: FieldKernels,
  bundle: ModelBundle,
  privateKeyPem: string,
  options: IssueOptions,
): string {
  const envelope = sealEnvelope(CHECKS_PAYLOAD_TYPE, drawChecks(kernels, bundle, options), privateKeyPem);
  return `${JSON.stringify(envelope)}\n`;
}
