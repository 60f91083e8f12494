import {
  API_VERSION,
  InferRequest,
  MAX_TENSORS,
  isInferRequest,
  parseJson,
  splitBody,
} from '@sharemesh/wire';
import { Refusal } from '../refusal.ts';
import type { EnvelopeMemo } from './envelope-memo.ts';

export interface InferMessage {
  readonly request: InferRequest;
  /** The raw payloads, where the message is in the binary form. */
  readonly tail: Uint8Array | undefined;
}

/** Twice what a request of the most tensors has: the payloads of the JSON form are strings, and do not count. */
const MAX_STRUCTURE = 2 ** 19;

/**
 * The envelope of POST /v1/infer: framing, JSON, version, schema. The payloads are not looked at yet.
 * @throws MeshError MALFORMED_REQUEST; Refusal UNSUPPORTED_API_VERSION, INVALID_REQUEST
 */
export function parseInfer(body: Buffer, headerLength: string | undefined, memo: EnvelopeMemo): InferMessage {
  const { json, tail } = splitBody(body, headerLength);
  // a message in the JSON form is no envelope: it holds the payloads
  const known = tail && memo.recall(json);
  if (known) return { request: known, tail };
  const request = checked(parseJson(json, MAX_STRUCTURE));
  if (tail) memo.remember(json, request);
  return { request, tail };
}

function checked(json: unknown): InferRequest {
  if (!isInferRequest(json)) throw refusalOf(json);
  if ((json.sharing === undefined) === (json.encryption === undefined)) {
    throw new Refusal('INVALID_REQUEST', 'exactly one of sharing and encryption is needed');
  }
  if (json.operation === 'sketch' && !json.sharing) {
    throw new Refusal('INVALID_REQUEST', 'operation: a sketch is computed under sharing');
  }
  return json;
}

/** What is wrong with it, by the schema, which takes its time. */
function refusalOf(json: unknown): Refusal {
  const inputs = field(json, 'inputs');
  // without the schema, which would describe each of a million wrong elements
  if (Array.isArray(inputs) && inputs.length > MAX_TENSORS) {
    return new Refusal('INVALID_REQUEST', `inputs: at most ${MAX_TENSORS}`);
  }
  const version = field(json, 'api_version');
  if (typeof version === 'string' && version !== API_VERSION) {
    return new Refusal('UNSUPPORTED_API_VERSION', `this server speaks ${API_VERSION}`);
  }
  return new Refusal('INVALID_REQUEST', describe(InferRequest.safeParse(json).error?.issues ?? []));
}

const field = (json: unknown, name: string): unknown =>
  typeof json === 'object' && json !== null && Object.hasOwn(json, name)
    ? (json as Record<string, unknown>)[name]
    : undefined;

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
}

/** Where the body fails the schema, by the schema's own names: nothing that the sender wrote. */
function describe(issues: readonly Issue[]): string {
  return issues
    .slice(0, 4)
    .map(({ path, code }) => `${path.map(String).join('.') || 'body'}: ${code ?? 'invalid'}`)
    .join('; ');
}
