import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BUNDLE_MEDIA_TYPE, STATEMENT_PAYLOAD_TYPE, encodeStatement } from '../model-statement.ts';
import { keyHint, sealEnvelope } from './ecdsa-signer.ts';
import { IGNORED_PATHS, hashModelFiles } from './model-files.ts';

export const SIGNATURE_NAME = 'model.sig';

export interface SignModelOptions {
  /** Path of the signature below the model's folder; `model.sig` by default. */
  readonly signatureName?: string;
}

/**
 * Sign every file in the folder of a model, and write the signature into the folder: OpenSSF Model Signing v1.0, key mode.
 *
 * @param privateKeyPem ECDSA P-256
 * @returns the path of the signature
 * @throws MeshError INVALID_KEY, INVALID_MODEL
 * @example
 * await signModel('./digits', await loadPrivatePem('owner.pem'));
 */
export async function signModel(
  directory: string,
  privateKeyPem: string,
  { signatureName = SIGNATURE_NAME }: SignModelOptions = {},
): Promise<string> {
  const files = await hashModelFiles(directory, signatureName);
  const statement = { modelName: basename(resolve(directory)), files };
  const payload = encodeStatement(statement, [signatureName, ...IGNORED_PATHS]);
  const bundle = {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: keyHint(privateKeyPem) }, tlogEntries: [] },
    dsseEnvelope: sealEnvelope(STATEMENT_PAYLOAD_TYPE, payload, privateKeyPem),
  };
  const path = join(directory, signatureName);
  await writeFile(path, `${JSON.stringify(bundle)}\n`);
  return path;
}
