import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ModelsResponse } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import { sourceArguments } from '@sharemesh/serving/node';

/** The server that is held to the contract. */
export interface Target {
  readonly url: string;
  readonly models: readonly ModelInfo[];
  request(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/**
 * The server at SHAREMESH_CONTRACT_URL (with SHAREMESH_CONTRACT_TOKEN, if it wants one), or else a share server in a
 * process of its own.
 */
export async function openTarget(): Promise<Target> {
  const { SHAREMESH_CONTRACT_URL: given, SHAREMESH_CONTRACT_TOKEN: token } = process.env;
  const { url, close } = given
    ? { url: given.replace(/\/$/, ''), close: async () => undefined }
    : await startServer();
  const request = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(init.headers as Record<string, string>),
      },
    });
  const { models } = ModelsResponse.parse(await (await request('/v1/models')).json());
  return { url, models, request, close };
}

async function startServer() {
  const script = fileURLToPath(new URL('share-server.ts', import.meta.url));
  const child = fork(script, { execArgv: sourceArguments(import.meta.url), stdio: 'inherit' });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened`)));
  });
  const close = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { url, close };
}
