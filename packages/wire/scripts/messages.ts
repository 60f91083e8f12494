import * as wire from '../src/index.ts';

/** Every message of v1 by the name it has in `schemas/` and in the OpenAPI document. */
export const messages = {
  HealthResponse: wire.HealthResponse,
  PartyResponse: wire.PartyResponse,
  ModelsResponse: wire.ModelsResponse,
  InferRequest: wire.InferRequest,
  InferResponse: wire.InferResponse,
  JobResponse: wire.JobResponse,
  KeyResponse: wire.KeyResponse,
  KeysResponse: wire.KeysResponse,
  Problem: wire.Problem,
} as const;

export type MessageName = keyof typeof messages;

export const kebab = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
