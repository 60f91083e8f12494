import * as z from 'zod/mini';
import { ModelInfo, Tensor, problemTypes } from '../src/index.ts';
import type { ProblemCode } from '../src/index.ts';
import { messages } from './messages.ts';
import type { MessageName } from './messages.ts';

const ref = (id: string) => `#/components/schemas/${id}`;

/** Component schemas, with a `$ref` wherever one of them stands inside another. */
function components(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...messages, ModelInfo, Tensor })) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: ref, io: 'input' });
  for (const schema of Object.values(schemas)) {
    delete schema['$schema'];
    delete schema['$id'];
    delete schema['id'];
  }
  return schemas;
}

const json = (name: MessageName) => ({ 'application/json': { schema: { $ref: ref(name) } } });
const tensors = (name: MessageName) => ({
  ...json(name),
  'application/octet-stream': {
    schema: {
      type: 'string',
      format: 'binary',
      description: `The JSON of ${name}, then the bytes of its tensors in the order they are declared.`,
    },
  },
});
const ok = (description: string, content: object, headers?: object) => ({
  description,
  ...(headers && { headers }),
  content,
});

const headerLength = {
  description: 'Bytes of JSON in front of the tensors, in the binary form.',
  required: false,
  schema: { type: 'integer', minimum: 0 },
};
const retryAfter = {
  description: 'Seconds to wait before asking again.',
  schema: { type: 'integer', minimum: 0 },
};

/** The problems a route can answer with, one response for each status. */
function problems(...codes: ProblemCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...codes, 'RATE_LIMITED', 'INTERNAL'] as ProblemCode[]) {
    const { status } = problemTypes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.join(', '),
        ...(names.some((name) => problemTypes[name].retryable) && { headers: { 'Retry-After': retryAfter } }),
        content: { 'application/problem+json': { schema: { $ref: ref('Problem') } } },
      },
    ]),
  );
}

const path = (name: string, schema: object) => ({ name, in: 'path', required: true, schema });
const jobPath = path('job_id', { type: 'string', pattern: '^[A-Za-z0-9_-]{22,64}$' });
const keyPath = path('key_id', { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' });

/** The OpenAPI 3.1 document of v1. */
export function openapi(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sharemesh',
      version: '1.0.0',
      summary: 'Private inference over shares or ciphertexts.',
      description:
        'A party computes W·x on what it is given, an additive or Shamir share or a ciphertext, and learns nothing about x.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:{port}', variables: { port: { default: '8701' } } }],
    security: [{ bearer: [] }, {}],
    tags: [
      { name: 'party', description: 'Who answers, and whether it is alive.' },
      { name: 'inference', description: 'Models, requests and jobs.' },
      { name: 'keys', description: 'Keys of the encrypted schemes.' },
    ],
    paths: {
      '/v1/health': {
        get: {
          operationId: 'getHealth',
          summary: 'Liveness',
          tags: ['party'],
          security: [{}],
          responses: { 200: ok('Alive.', json('HealthResponse')), ...problems() },
        },
      },
      '/v1/party': {
        get: {
          operationId: 'getParty',
          summary: 'Who runs this server',
          tags: ['party'],
          responses: { 200: ok('The party.', json('PartyResponse')), ...problems('UNAUTHENTICATED') },
        },
      },
      '/v1/models': {
        get: {
          operationId: 'listModels',
          summary: 'The models, stable for the lifetime of the server',
          tags: ['inference'],
          responses: {
            200: ok('The models.', json('ModelsResponse')),
            ...problems('UNAUTHENTICATED', 'FORBIDDEN'),
          },
        },
      },
      '/v1/infer': {
        post: {
          operationId: 'infer',
          summary: 'W·x for one layer, on a share or on ciphertexts; or a sketch of W',
          tags: ['inference'],
          parameters: [{ name: 'Inference-Header-Content-Length', in: 'header', ...headerLength }],
          requestBody: { required: true, content: tensors('InferRequest') },
          responses: {
            200: ok('Completed.', tensors('InferResponse'), {
              'Inference-Header-Content-Length': headerLength,
            }),
            202: ok('Queued: ask for the job.', json('InferResponse'), {
              Location: { description: 'The job.', schema: { type: 'string' } },
              'Retry-After': retryAfter,
            }),
            ...problems(
              'MALFORMED_REQUEST',
              'INVALID_REQUEST',
              'UNSUPPORTED_API_VERSION',
              'INVALID_PAYLOAD',
              'DIMENSION_MISMATCH',
              'NON_CANONICAL_ELEMENT',
              'UNSUPPORTED_SCHEME',
              'BATCH_TOO_LARGE',
              'UNAUTHENTICATED',
              'FORBIDDEN',
              'UNKNOWN_MODEL',
              'UNKNOWN_VERSION',
              'UNKNOWN_LAYER',
              'REQUEST_TIMEOUT',
              'PARAMETER_MISMATCH',
              'UNKNOWN_KEY',
              'REQUEST_IN_FLIGHT',
              'PAYLOAD_TOO_LARGE',
              'UNSUPPORTED_MEDIA_TYPE',
              'REQUEST_ID_REUSED',
              'OVERLOADED',
              'SHUTTING_DOWN',
            ),
          },
        },
      },
      '/v1/jobs/{job_id}': {
        get: {
          operationId: 'getJob',
          summary: 'The state of a job, and its result',
          tags: ['inference'],
          parameters: [jobPath],
          responses: {
            200: ok('The job.', tensors('JobResponse'), { 'Inference-Header-Content-Length': headerLength }),
            ...problems('UNAUTHENTICATED', 'UNKNOWN_JOB'),
          },
        },
      },
      '/v1/keys': {
        get: {
          operationId: 'listKeys',
          summary: 'What a client has to register before it can infer',
          tags: ['keys'],
          responses: { 200: ok('The keys needed.', json('KeysResponse')), ...problems('UNAUTHENTICATED') },
        },
      },
      '/v1/keys/{key_id}': {
        put: {
          operationId: 'putKey',
          summary: 'Register a key; the id is the SHA-256 of the body',
          tags: ['keys'],
          parameters: [keyPath],
          requestBody: {
            required: true,
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
          responses: {
            200: ok('Already registered.', json('KeyResponse')),
            201: ok('Registered.', json('KeyResponse')),
            ...problems(
              'INVALID_PAYLOAD',
              'UNAUTHENTICATED',
              'FORBIDDEN',
              'PARAMETER_MISMATCH',
              'PAYLOAD_TOO_LARGE',
              'UNSUPPORTED_MEDIA_TYPE',
              'OVERLOADED',
            ),
          },
        },
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: components(),
    },
  };
}
