import type { InferRequest } from '@sharemesh/wire';
import type { Owner } from '../engine.ts';
import type { Fingerprint } from './fingerprint.ts';

/** What of a request its job has to remember; not its inputs. */
export interface JobOrigin {
  readonly owner: Owner;
  readonly request: Pick<InferRequest, 'request_id' | 'layer' | 'batch_size'> & {
    /** Under sharing. */
    readonly party_id?: number | undefined;
  };
  readonly modelDigest: string;
  readonly fingerprint: Fingerprint;
}

/**
 * What a request is known by, so that a retry finds it: its id and, under sharing, the number of the party it is for. A
 * server that plays several parties, as one does to try things out, gets a request for each under one id.
 */
export const requestKey = (requestId: string, partyId: number | undefined): string =>
  partyId === undefined ? requestId : `${requestId}/${partyId}`;
