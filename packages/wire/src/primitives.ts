import * as z from 'zod/mini';
import { API_VERSION } from './version.ts';

export const ApiVersion = z.literal(API_VERSION);

/** Chosen by the client, fresh for every request: 128 bits or more, base64url. */
export const RequestId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22,64}$/));

/** Chosen by the server, unguessable: whoever holds it may read the job. */
export const JobId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22,64}$/));

export const ModelId = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/));
export const ModelVersion = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/));

/** SHA-256 of canonical bytes. */
export const Digest = z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/));

/** An integer in [0, max]. */
export const count = (max: number, min = 0) => z.int().check(z.minimum(min), z.maximum(max));

/** The largest dimension of a layer, and the largest batch, that the wire can name. */
export const MAX_DIMENSION = 65_536;
export const MAX_BATCH = 4_096;

export const Dimension = count(MAX_DIMENSION, 1);
export const BatchSize = count(MAX_BATCH, 1);
export const LayerIndex = count(1_023);

/** A finite float64. JSON has no NaN and no infinities. */
export const Real = z.number();
