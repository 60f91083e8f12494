import { MeshError } from '@sharemesh/client';
import type { Client } from '@sharemesh/client';
import type { Adversary } from './adversary.ts';

/** A client with its secrets, and the adversary that would like to know them. */
export interface Session {
  readonly client: Client;
  readonly adversary: Adversary;
  /** Rows of the k-th inference. As many in every session. */
  readonly rows: (k: number) => readonly Float64Array[];
  /** Set up what the servers do in the k-th inference: the same in every session. */
  readonly arrange: (k: number) => void;
  /** Fetch ahead before each inference. */
  readonly prepared?: boolean;
}

export interface TraceComparison {
  readonly inferences: number;
  /** In the first session: given up, or answered without some party. */
  readonly disturbed: number;
  /** Inferences whose requests were not the same in all sessions: must be 0. */
  readonly different: number;
  /** Inferences whose outcome was not the same: whether and over whom they were given up. Must be 0 with verification. */
  readonly differentOutcomes: number;
  /** Request ids that came to two servers or with two bodies: must be 0. */
  readonly idsReused: number;
}

/** Infer in all sessions under the same schedule of replies, and compare what the servers saw: every request, in order. */
export async function compareSessions(
  sessions: readonly Session[],
  inferences: number,
): Promise<TraceComparison> {
  let [disturbed, different, differentOutcomes] = [0, 0, 0];
  for (const { adversary } of sessions) adversary.take();
  for (let k = 0; k < inferences; k++) {
    const traces = new Set<string>();
    const outcomes: string[] = [];
    for (const session of sessions) {
      session.arrange(k);
      outcomes.push(await outcome(session, k));
      traces.add(session.adversary.take());
    }
    if (outcomes[0] !== 'answered') disturbed++;
    if (traces.size > 1) different++;
    if (new Set(outcomes).size > 1) differentOutcomes++;
  }
  const last = new Set<string>();
  for (const { client, adversary } of sessions) {
    await client.close();
    last.add(adversary.take());
  }
  if (last.size > 1) different++;
  const idsReused = sessions.reduce((sum, { adversary }) => sum + adversary.idsReused, 0);
  return { inferences, disturbed, different, differentOutcomes, idsReused };
}

async function outcome({ client, adversary, rows, prepared }: Session, k: number): Promise<string> {
  const impatience = new AbortController();
  const { signal } = impatience;
  adversary.onHang = () => impatience.abort();
  const batch = rows(k);
  try {
    if (prepared) await client.prepare(1, { batch: batch.length, signal });
    const { report } = await client.inferBatch(batch, { signal });
    const faults = report.layers.flatMap((layer) => layer.faults);
    return faults.length === 0 ? 'answered' : `answered without ${JSON.stringify(faults)}`;
  } catch (error) {
    if (!MeshError.is(error)) throw error;
    return `${error.code} ${error.party ?? ''}`;
  }
}
