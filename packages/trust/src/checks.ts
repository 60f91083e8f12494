import type { FieldKernels } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { drawCheckVector, fieldFromBytes, fieldToBytes } from '@sharemesh/shares';
import type { CheckVector } from '@sharemesh/shares';
import { Digest, MAX_LAYERS, decodeBase64, encodeBase64, parseJson } from '@sharemesh/wire';
import type { Inference } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import { Envelope, openEnvelope } from './envelope.ts';

/*
 * Check vectors for a client that does not have the model: its owner draws r, computes s = rᵀ·W for each layer and signs
 * both (see `CheckVector` in @sharemesh/shares for the mathematics).
 *
 * Whoever knows r can make wrong replies that pass. So a file is as secret as a password: for one client, over a
 * private channel, never to a party, and not to two clients, since one of them might be a party's friend. A file
 * expires, and is to be replaced once a reply was rejected, because a rejection tells the liar a little about r. From
 * many files for one model, s = rᵀ·W gives W away: who gets output_size of them for a layer can solve for it.
 */

export const CHECKS_PAYLOAD_TYPE = 'application/vnd.sharemesh.checks.v1+json';

const Milliseconds = z.int().check(z.minimum(0));

const ChecksPayload = z.strictObject({
  model_digest: Digest,
  /** Milliseconds since 1970. */
  issued_at: Milliseconds,
  expires_at: Milliseconds,
  /** One for each layer of the model, in order: r with output_size elements, s with input_size; `field61` in base64. */
  layers: z
    .array(z.strictObject({ r: z.string(), s: z.string() }))
    .check(z.minLength(1), z.maxLength(MAX_LAYERS)),
});

export interface IssueOptions {
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Owner: fresh check vectors for every layer, ready to be signed. */
export function drawChecks(kernels: FieldKernels, bundle: ModelBundle, options: IssueOptions): Uint8Array {
  const layers = bundle.manifest.inference.layers.map(({ output_size, input_size }, layer) => {
    const { r, s } = drawCheckVector(kernels, bundle.planes[layer]!, output_size, input_size);
    return { r: encodeBase64(fieldToBytes(r)), s: encodeBase64(fieldToBytes(s)) };
  });
  const payload: z.infer<typeof ChecksPayload> = {
    model_digest: bundle.digest,
    issued_at: options.issuedAt,
    expires_at: options.expiresAt,
    layers,
  };
  return new TextEncoder().encode(JSON.stringify(payload));
}

export interface OpenChecksOptions {
  /** The model owner's ECDSA P-256 public key, PEM: the one that the model is signed with. */
  readonly publicKeyPem: string;
  /** Digest and layers of the model the client uses, as it has verified them. */
  readonly modelDigest: string;
  readonly inference: Inference;
  /** Milliseconds since 1970; the present by default. */
  readonly now?: number;
}

/**
 * Client: the check vectors of a file, one for each layer.
 *
 * @throws MeshError INVALID_SIGNATURE, INVALID_KEY, CHECKS_EXPIRED, DIGEST_MISMATCH for another model's, INVALID_CHECKS
 */
export async function openChecks(text: string, options: OpenChecksOptions): Promise<CheckVector[]> {
  const envelope = Envelope.safeParse(json(new TextEncoder().encode(text)));
  if (!envelope.success) throw new MeshError('INVALID_CHECKS', 'the file is not a signed envelope');
  const signed = await openEnvelope(envelope.data, CHECKS_PAYLOAD_TYPE, options.publicKeyPem);
  const payload = ChecksPayload.safeParse(json(signed));
  if (!payload.success)
    throw new MeshError('INVALID_CHECKS', 'the file does not hold check vectors of this format');
  const { model_digest, issued_at, expires_at, layers } = payload.data;
  if (model_digest !== options.modelDigest) {
    throw new MeshError('DIGEST_MISMATCH', 'the check vectors are for another model');
  }
  const now = options.now ?? Date.now();
  if (now >= expires_at || now < issued_at) {
    throw new MeshError('CHECKS_EXPIRED', 'the check vectors are not valid at this time');
  }
  const expected = options.inference.layers;
  if (layers.length !== expected.length) {
    throw new MeshError('INVALID_CHECKS', `check vectors of ${layers.length} layers for ${expected.length}`);
  }
  return layers.map(({ r, s }, layer) => {
    const { output_size, input_size } = expected[layer]!;
    return { r: vector(r, output_size, layer), s: vector(s, input_size, layer) };
  });
}

function vector(base64: string, length: number, layer: number) {
  const elements = fieldFromBytes(decodeBase64(base64));
  if (elements.length === length) return elements;
  throw new MeshError('INVALID_CHECKS', `layer ${layer} needs ${length} elements, not ${elements.length}`);
}

function json(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new MeshError('INVALID_CHECKS', 'the check vectors are not JSON', { cause });
  }
}
