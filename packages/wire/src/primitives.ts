import * as z from 'zod/mini';
import {
  DIGEST,
  JOB_ID,
  MAX_BATCH,
  MAX_DIMENSION,
  MAX_LAYERS,
  MODEL_ID,
  MODEL_VERSION,
  REQUEST_ID,
} from './rules.ts';
import { API_VERSION } from './version.ts';

export const ApiVersion = z.literal(API_VERSION);

/** Chosen by the client, fresh for every request: 128 bits or more, base64url. */
export const RequestId = z.string().check(z.regex(REQUEST_ID));

/** Chosen by the server, unguessable: whoever holds it may read the job. */
export const JobId = z.string().check(z.regex(JOB_ID));

export const ModelId = z.string().check(z.regex(MODEL_ID));
export const ModelVersion = z.string().check(z.regex(MODEL_VERSION));

/** SHA-256 of canonical bytes. */
export const Digest = z.string().check(z.regex(DIGEST));

/** An integer in [0, max]. */
export const count = (max: number, min = 0) => z.int().check(z.minimum(min), z.maximum(max));

export const Dimension = count(MAX_DIMENSION, 1);
export const BatchSize = count(MAX_BATCH, 1);
export const LayerIndex = count(MAX_LAYERS - 1);

/** A finite float64. JSON has no NaN and no infinities. */
export const Real = z.number();
