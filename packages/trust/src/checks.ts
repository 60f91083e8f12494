import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { drawCheckVector, fieldFromBytes, fieldToBytes } from '@sharemesh/shares';
import type { CheckVector } from '@sharemesh/shares';
import { Digest, MAX_LAYERS, decodeBase64, encodeBase64, parseJson } from '@sharemesh/wire';
import type { Inference } from '@sharemesh/wire';
import { MeshError, requireInteger } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import { DsseEnvelope, openEnvelope } from './envelope.ts';

/*
 * Check vectors for a client that does not have the model: the model's owner draws r, computes s = rᵀ·W for each layer and
 * signs both (`CheckVector` in @sharemesh/shares has the mathematics).
 *
 * A file is a secret, because anyone who knows r can make wrong replies that pass. It is for one client, over a private
 * channel; never for a party, and not for two clients, since one of them might work with a party. It expires, and has to
 * be replaced once a reply was rejected, because a rejection tells the liar a little about r. The owner should know that
 * many files for one model give W away: output_size vectors s of a layer determine it.
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
  /** Milliseconds since 1970: valid from here on. */
  readonly issuedAt: number;
  /** Milliseconds since 1970, after `issuedAt`: no longer valid from here on. */
  readonly expiresAt: number;
}

/**
 * Owner: fresh check vectors for every layer, ready to be signed.
 * @throws MeshError INVALID_INPUT for times that are no integers, or not in this order
 */
export function drawChecks(
  kernels: FieldKernels,
  bundle: ModelBundle,
  { issuedAt, expiresAt }: IssueOptions,
): Uint8Array {
  requireInteger('issuedAt', issuedAt, 0, Number.MAX_SAFE_INTEGER - 1);
  requireInteger('expiresAt', expiresAt, issuedAt + 1, Number.MAX_SAFE_INTEGER);
  const layers = bundle.manifest.inference.layers.map(({ output_size, input_size }, layer) => {
    const { r, s } = drawCheckVector(kernels, bundle.planes[layer]!, output_size, input_size);
    return { r: encodeBase64(fieldToBytes(r)), s: encodeBase64(fieldToBytes(s)) };
  });
  const payload: z.infer<typeof ChecksPayload> = {
    model_digest: bundle.digest,
    issued_at: issuedAt,
    expires_at: expiresAt,
    layers,
  };
  return new TextEncoder().encode(JSON.stringify(payload));
}

export interface OpenChecksOptions {
  /** The model owner's ECDSA P-256 public key, PEM: the one that the model is signed with. */
  readonly publicKeyPem: string;
  /** Digest and layers of the model that the client uses, as it has verified them. */
  readonly modelDigest: string;
  readonly inference: Inference;
  /** Milliseconds since 1970; the present by default. */
  readonly now?: number;
}

/**
 * Client: the check vectors of a file, one for each layer.
 *
 * @throws MeshError INVALID_SIGNATURE, INVALID_KEY, CHECKS_EXPIRED, DIGEST_MISMATCH for vectors of another model,
 * INVALID_CHECKS, INVALID_INPUT for a `now` that is no time
 * @example
 * const vectors = await openChecks(text, { publicKeyPem, modelDigest: digest, inference });
 * await connect({ parties, model, verification: 'freivalds', checks: { vectors } });
 */
export async function openChecks(text: string, options: OpenChecksOptions): Promise<CheckVector[]> {
  const { now = Date.now(), modelDigest, publicKeyPem } = options;
  // a comparison with NaN would find no file expired
  if (!Number.isFinite(now) || now < 0)
    throw new MeshError('INVALID_INPUT', 'now is a number of milliseconds');
  const envelope = DsseEnvelope.safeParse(json(new TextEncoder().encode(text)));
  if (!envelope.success) throw invalid('the file is not a signed envelope');
  const signed = await openEnvelope(envelope.data, CHECKS_PAYLOAD_TYPE, publicKeyPem);
  const payload = ChecksPayload.safeParse(json(signed));
  if (!payload.success) throw invalid('the file does not hold check vectors of this format');
  const { model_digest, issued_at, expires_at, layers } = payload.data;
  if (model_digest !== modelDigest) {
    throw new MeshError('DIGEST_MISMATCH', 'the check vectors are for another model');
  }
  if (now < issued_at || now >= expires_at) {
    throw new MeshError('CHECKS_EXPIRED', 'the check vectors are not valid at this time');
  }
  const expected = options.inference.layers;
  if (layers.length !== expected.length) {
    throw invalid(`the file has check vectors for ${layers.length} layers, the model has ${expected.length}`);
  }
  return layers.map(({ r, s }, layer) => {
    const { output_size, input_size } = expected[layer]!;
    return { r: vector(r, output_size, layer), s: vector(s, input_size, layer) };
  });
}

function vector(base64: string, length: number, layer: number): FieldVector {
  let elements: FieldVector;
  try {
    elements = fieldFromBytes(decodeBase64(base64));
  } catch (cause) {
    throw invalid(`a check vector of layer ${layer} does not hold field elements in base64`, cause);
  }
  if (elements.length === length) return elements;
  throw invalid(
    `a check vector of layer ${layer} has ${elements.length} elements where ${length} are needed`,
  );
}

function json(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw invalid('the check vectors are not JSON', cause);
  }
}

const invalid = (message: string, cause?: unknown) => new MeshError('INVALID_CHECKS', message, { cause });
