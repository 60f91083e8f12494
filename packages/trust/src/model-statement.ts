import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { parseJson } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import * as z from 'zod/mini';
import { DsseEnvelope, openEnvelope } from './envelope.ts';

/*
 * The OpenSSF Model Signing format v1.0, key mode: a Sigstore bundle with a DSSE envelope with an in-toto statement that
 * lists every file of the model with its digest (github.com/ossf/model-signing-spec; the `model-signing` package of
 * github.com/sigstore/model-transparency writes and reads the same).
 */

export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

/** A file of the model: its path below the folder of the model, with `/`, and its SHA-256 in hex. */
export interface SignedFile {
  readonly name: string;
  readonly digest: string;
}

export interface ModelStatement {
  /** The name of the model's folder when it was signed. The folder may have another name later. */
  readonly modelName: string;
  readonly files: readonly SignedFile[];
}

const Hex256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const Statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: Hex256 }) })).check(z.length(1)),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    serialization: z.object({ method: z.literal('files'), hash_type: z.literal('sha256') }),
    resources: z.array(z.object({ name: z.string(), algorithm: z.literal('sha256'), digest: Hex256 })),
  }),
});

/** `verificationMaterial` is the signer's hint at the key. Nothing relies on it: the caller says which key it trusts. */
export const SignatureBundle = z.object({
  mediaType: z.literal(BUNDLE_MEDIA_TYPE),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.optional(z.nullable(z.string())) }) }),
  dsseEnvelope: DsseEnvelope,
});
export type SignatureBundle = z.infer<typeof SignatureBundle>;

/**
 * The bytes of the statement: JSON, with the files in the order of the format, which is that of the segments of their paths.
 * @throws MeshError INVALID_MODEL for a list of files that `openSignature` refuses
 */
export function encodeStatement(
  { modelName, files }: ModelStatement,
  ignoredPaths: readonly string[],
): Uint8Array {
  const fault = faultOf(files);
  if (fault !== undefined) throw new MeshError('INVALID_MODEL', fault);
  const resources = files
    .toSorted((a, b) => comparePaths(a.name, b.name))
    .map(({ name, digest }) => ({ name, algorithm: 'sha256', digest: Hex256.parse(digest) }));
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: modelName, digest: { sha256: rootDigest(resources) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: ignoredPaths,
      },
      resources,
    },
  };
  return new TextEncoder().encode(JSON.stringify(statement));
}

/**
 * The statement in a signature file, after its signature has been verified.
 *
 * The root digest of the format covers the digests of the files but not their names, so two files could change places under
 * it. Here every name counts: it is in the signed bytes, no name occurs twice, and the caller compares name with name.
 *
 * @throws MeshError INVALID_SIGNATURE, INVALID_KEY
 */
export async function openSignature(text: string, publicKeyPem: string): Promise<ModelStatement> {
  const bundle = SignatureBundle.safeParse(json(new TextEncoder().encode(text)));
  if (!bundle.success) throw invalid('the file is not a Sigstore bundle with a public key and an envelope');
  const payload = await openEnvelope(bundle.data.dsseEnvelope, STATEMENT_PAYLOAD_TYPE, publicKeyPem);
  const statement = Statement.safeParse(json(payload));
  if (!statement.success) {
    throw invalid('the signed statement is not one of Model Signing v1.0 about SHA-256 digests of files');
  }
  const { subject, predicate } = statement.data;
  const files = predicate.resources.map(({ name, digest }) => ({ name, digest }));
  if (rootDigest(files) !== subject[0]!.digest.sha256) {
    throw invalid('the root digest is not that of the files');
  }
  const fault = faultOf(files);
  if (fault !== undefined) throw invalid(fault);
  return { modelName: subject[0]!.name, files };
}

/** Why such a list of files does not say which file has which content, or undefined where it does. */
function faultOf(files: readonly SignedFile[]): string | undefined {
  if (!files.every(({ name }) => isPlainPath(name))) return 'a file has a name that leads elsewhere';
  if (new Set(files.map(({ name }) => name)).size !== files.length) return 'a file is listed twice';
  return undefined;
}

function json(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new MeshError('INVALID_SIGNATURE', 'the signature is not JSON', { cause });
  }
}

/** SHA-256 over the digests of the files, one after the other. */
function rootDigest(resources: readonly { readonly digest: string }[]): string {
  const hash = sha256.create();
  for (const { digest } of resources) hash.update(hexToBytes(digest));
  return bytesToHex(hash.digest());
}

/** Relative, downwards, and in one spelling; no lone surrogates, which UTF-8 does not have. */
const isPlainPath = (name: string): boolean =>
  !/[\\\0]|\p{Surrogate}/u.test(name) &&
  name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** Segment by segment, by code points: `a/b` before `a.b`. */
export function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareCodePoints(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const invalid = (message: string) => new MeshError('INVALID_SIGNATURE', message);
