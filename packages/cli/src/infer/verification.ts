import { readFile } from 'node:fs/promises';
import { connect } from '@sharemesh/client/node';
import type { ConnectOptions } from '@sharemesh/client';
import { invalidInput } from '../failure.ts';

/** The flags of `sharemesh infer` that say what replies are checked against. */
export interface VerificationFlags {
  /** Folder of a bundle. */
  verifyWith?: string;
  /** By what the servers compute, each a part. */
  verifyAcross?: boolean;
  /** File of signed check vectors. */
  checks?: string;
  /** Public key of who signed them. */
  checksKey?: string;
}

/**
 * Options that have every reply checked, where the flags ask for it: against the bundle itself, against check vectors that
 * the model's owner signed, or against what the servers compute for it together.
 * @throws MeshError INVALID_INPUT for flags that do not go together, INVALID_MODEL, or what `openChecks` throws
 */
export async function withVerification(
  options: ConnectOptions,
  { verifyWith, verifyAcross, checks, checksKey }: VerificationFlags,
): Promise<ConnectOptions> {
  const ways = [verifyWith, verifyAcross, checks].filter((way) => way !== undefined);
  if (ways.length === 0) return options;
  if (!('parties' in options)) {
    throw invalidInput('--verify-with, --verify-across and --checks are for --party');
  }
  if (ways.length > 1) throw invalidInput('give one of --verify-with, --verify-across and --checks');
  if (verifyAcross) return { ...options, verification: 'cross' };
  if (verifyWith !== undefined) {
    const { loadBundle } = await import('@sharemesh/model/node');
    const { digest, planes } = await loadBundle(verifyWith);
    return { ...options, model: pin(options, digest), verification: 'freivalds', checks: { planes } };
  }
  if (checksKey === undefined)
    throw invalidInput('--checks needs --checks-key, the public key of its issuer');
  const { openChecks } = await import('@sharemesh/trust');
  const [text, publicKeyPem] = await Promise.all([readFile(checks!, 'utf8'), readFile(checksKey, 'utf8')]);
  const { digest, inference } = await lookUpModel(options);
  const vectors = await openChecks(text, { publicKeyPem, modelDigest: digest, inference });
  return { ...options, model: pin(options, digest), verification: 'freivalds', checks: { vectors } };
}

/** The same model, and no other weights than these. A digest that was asked for stays. */
function pin({ model }: ConnectOptions, digest: string) {
  const choice = typeof model === 'string' ? { id: model } : model;
  return { digest, ...choice };
}

/** The model as the servers list it: its sizes say what the check vectors must be. */
async function lookUpModel(options: ConnectOptions) {
  const client = await connect(options);
  await client.close();
  return client.model;
}
