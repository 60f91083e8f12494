import type { ConnectOptions } from '@sharemesh/client';
import { invalidInput } from '../failure.ts';

/** The flags of `sharemesh infer` that say which servers, which model and on what terms. */
export interface ConnectFlags {
  party?: readonly string[];
  bridge?: string;
  backend?: 'shares' | 'ckks' | 'bfv';
  tier?: 'circuit-private' | 'public-model';
  threshold?: number;
  surplus?: 'detect' | 'correct';
  token?: string;
  timeout?: number;
  allowColocated?: boolean;
  allowInsecure?: boolean;
  model: string;
  modelVersion?: string;
  digest?: string;
}

/**
 * What `connect` of the client takes.
 * @throws MeshError INVALID_INPUT for flags that exclude each other
 */
export function connectOptions(flags: ConnectFlags): ConnectOptions {
  const { model: id, modelVersion: version, digest, timeout, token, allowInsecure } = flags;
  return {
    ...serverOptions(flags),
    model: { id, ...(version !== undefined && { version }), ...(digest !== undefined && { digest }) },
    ...(timeout !== undefined && { deadlineMs: timeout }),
    ...(token !== undefined && { token }),
    ...(allowInsecure && { allowInsecure }),
  };
}

function serverOptions({ party, bridge, backend, tier, threshold, surplus, allowColocated }: ConnectFlags) {
  if ((party === undefined) === (bridge === undefined)) {
    throw invalidInput('give either --party, two times or more, or --bridge');
  }
  if (bridge !== undefined) {
    if (backend === 'shares') throw invalidInput('--backend shares needs --party, not --bridge');
    if (threshold !== undefined || surplus !== undefined) {
      throw invalidInput('--threshold and --surplus are for --party');
    }
    return { bridge, ...(backend !== undefined && { scheme: backend }), ...(tier !== undefined && { tier }) };
  }
  if (tier !== undefined) throw invalidInput('--tier needs --bridge');
  if (backend !== undefined && backend !== 'shares') {
    throw invalidInput(`--backend ${backend} needs --bridge`);
  }
  if (surplus !== undefined && threshold === undefined) throw invalidInput('--surplus needs --threshold');
  return {
    parties: party!,
    ...(threshold !== undefined && {
      sharing: { scheme: 'shamir' as const, threshold, ...(surplus !== undefined && { surplus }) },
    }),
    ...(allowColocated && { allowColocated }),
  };
}
