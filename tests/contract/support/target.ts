import { ModelsResponse } from '@sharemesh/wire';
import type { ModelInfo } from '@sharemesh/wire';
import { startBridge, startParties } from 'sharemesh';
import { saveModel } from './model.ts';

/** A server that is held to the contract. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly models: readonly ModelInfo[];
  request(path: string, init?: RequestInit): Promise<Response>;
}

export interface Targets {
  readonly targets: readonly Target[];
  close(): Promise<void>;
}

/**
 * The server at CONTRACT_URL (with CONTRACT_TOKEN, if it wants one), or else a share server and a
 * bridge, each in a process of its own.
 */
export async function openTargets(): Promise<Targets> {
  const { CONTRACT_URL: given, CONTRACT_TOKEN: token } = process.env;
  if (given) {
    const url = given.replace(/\/$/, '');
    return { targets: [await openTarget(url, url, token)], close: async () => undefined };
  }
  const { folder, remove } = await saveModel();
  const models = [folder];
  const parties = await startParties({ parties: 1, models });
  const bridge = await startBridge({ models, schemes: ['ckks', 'bfv'] });
  return {
    targets: [await openTarget('a share server', parties.urls[0]!), await openTarget('a bridge', bridge.url)],
    close: async () => {
      await Promise.all([parties.stop(), bridge.stop()]);
      await remove();
    },
  };
}

async function openTarget(name: string, url: string, token?: string): Promise<Target> {
  const request = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(init.headers as Record<string, string>),
      },
    });
  const { models } = ModelsResponse.parse(await (await request('/v1/models')).json());
  return { name, url, models, request };
}
