/*
 * The rules of v1 that more than one place needs: the schemas, the guards (which do without zod) and the code that keeps
 * to them. Patterns match whole strings.
 */

/** Chosen by the client, fresh for every request: 128 bits or more, base64url. */
export const REQUEST_ID = /^[A-Za-z0-9_-]{22,64}$/;
/** Chosen by the server, unguessable: whoever holds it may read the job. */
export const JOB_ID = REQUEST_ID;
export const MODEL_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
export const MODEL_VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
/** SHA-256 of canonical bytes. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** 128 bits in base64url. */
export const BOOT_NONCE = /^[A-Za-z0-9_-]{22}$/;
/** A raw Ed25519 public key, 32 bytes in base64url. The last character has two unused bits, which are zero: one spelling a key. */
export const PUBLIC_KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
export const PROBLEM_CODE = /^[A-Z][A-Z0-9_]{2,63}$/;

export const SCHEMES = ['shares', 'ckks', 'bfv'] as const;
export const SHARING_SCHEMES = ['additive', 'shamir'] as const;
export const ENCRYPTION_SCHEMES = ['ckks', 'bfv'] as const;
export const TIERS = ['circuit-private', 'public-model'] as const;
export const OPERATIONS = ['product', 'sketch'] as const;
export const SHARE_ENCODINGS = ['field61', 'field61-packed', 'seed'] as const;
export const TENSOR_ENCODINGS = [...SHARE_ENCODINGS, 'rlwe'] as const;
/** Activations without coefficients. */
export const PLAIN_ACTIVATIONS = [
  'identity',
  'relu',
  'square',
  'sigmoid',
  'tanh',
  'gelu',
  'softmax',
] as const;
/** 2^61 − 1, in decimal. */
export const FIELD_MODULUS = '2305843009213693951';

export const MAX_PARTIES = 16;
/** The largest dimension of a layer, and the largest batch, that the wire can name. */
export const MAX_DIMENSION = 65_536;
export const MAX_BATCH = 4_096;
export const MAX_LAYERS = 1_024;
/** Models that one server lists. */
export const MAX_MODELS = 1_024;
/** Tensors in one message. */
export const MAX_TENSORS = 4_096;
/** The largest payload a message may declare; servers set lower limits of their own. */
export const MAX_TENSOR_BYTES = 2 ** 31 - 1;
export const MAX_COEFFICIENTS = 32;
export const MAX_MODULI = 16;

/**
 * What a message may take beside its payloads: the JSON around them, and for each tensor its description there. Senders
 * stay far below it; servers and clients add it to the payloads where they limit a body.
 */
export const ENVELOPE_BYTES = 4_096;
export const TENSOR_DESCRIPTION_BYTES = 64;
