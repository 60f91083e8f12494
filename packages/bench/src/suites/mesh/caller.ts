import { connect } from '@sharemesh/client/node';
import type { InferenceReport } from '@sharemesh/client';
import type { WeightBits } from '@sharemesh/model';
import { modelIdOf } from '../../models.ts';
import { plainClient } from '../../peers/plain-client.ts';
import type { PlainEngineName } from '../../peers/plain-engine.ts';
import type { Way } from '../../result.ts';
import type { Shape } from '../../shapes.ts';
import { sharesFloor } from './floor.ts';
import type { Floor } from './floor.ts';

/** What one call gave and took. */
export interface CallOutcome {
  /** batch × outputs, row-major. */
  readonly output: Float64Array;
  /** Milliseconds, in the order in which they happen. */
  readonly phases: Readonly<Record<string, number>>;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A connected client of one way to infer. */
export interface Caller {
  readonly way: Way;
  /** @param x batch × inputs, row-major */
  call(x: Float64Array, batch: number): Promise<CallOutcome>;
  /** Fetch ahead for this many calls, where the way has that. */
  prepare?(calls: number, batch: number): Promise<void>;
  /** The least bytes that a call takes, where that is known. */
  floor?(batch: number): Floor;
  close(): Promise<void>;
}

const PLAIN_TITLES: Readonly<Record<PlainEngineName, string>> = {
  'ml-matrix': 'plaintext, ml-matrix',
  onnxruntime: 'plaintext, ONNX Runtime',
};

/** The model in the clear, on one server that sees the input. */
export function plainCaller(url: string, engine: PlainEngineName): Caller {
  const client = plainClient(url, engine);
  return {
    way: { id: `plain-${engine}`, title: PLAIN_TITLES[engine], family: 'plain' },
    call: (x, batch) => client.infer(x, batch),
    close: () => client.close(),
  };
}

export interface SharesChoice {
  readonly bits: WeightBits;
  /** Spend requests that were prepared ahead; `prepare` obtains them. */
  readonly prepared?: boolean;
  readonly packed?: boolean;
}

/** The model on shares; one of the servers must not pool what it receives with the others. */
export async function sharesCaller(
  urls: readonly string[],
  shape: Shape,
  { bits, prepared = false, packed = false }: SharesChoice,
): Promise<Caller> {
  const client = await connect({
    parties: urls,
    model: modelIdOf(shape, bits),
    allowColocated: true,
    packed,
    deadlineMs: 300_000,
  });
  return {
    way: sharesWay(urls.length, bits, prepared),
    async call(x, batch) {
      const { outputs, report } = await client.inferBatch(rowsOf(x, batch));
      if (prepared !== report.layers.every((layer) => layer.prepared)) {
        throw new Error(prepared ? 'a call found nothing prepared' : 'a call spent what was prepared');
      }
      return outcomeOf(outputs, report);
    },
    floor: (batch) => sharesFloor(shape, batch, urls.length, prepared),
    ...(prepared && { prepare: (calls: number, batch: number) => client.prepare(calls, { batch }) }),
    close: () => client.close(),
  };
}

function sharesWay(parties: number, bits: WeightBits, prepared: boolean): Way {
  return {
    id: `shares-${parties}-${bits}${prepared ? '-prepared' : ''}`,
    title: `${parties} parties, ${bits}-bit${prepared ? ', prepared' : ''}`,
    family: 'shares',
    trust: `one of the ${parties} servers keeps its share to itself`,
  };
}

/** What the client says of a call. */
export function outcomeOf(outputs: readonly Float64Array[], report: InferenceReport): CallOutcome {
  const sum = (of: 'bytesUp' | 'bytesDown') => report.parties.reduce((total, party) => total + party[of], 0);
  return {
    output: joinRows(outputs),
    phases: report.phases,
    bytesUp: sum('bytesUp'),
    bytesDown: sum('bytesDown'),
  };
}

export function rowsOf(x: Float64Array, batch: number): Float64Array[] {
  const width = x.length / batch;
  return Array.from({ length: batch }, (_, b) => x.subarray(b * width, (b + 1) * width));
}

function joinRows(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]!.length;
  const joined = new Float64Array(rows.length * width);
  for (const [b, row] of rows.entries()) joined.set(row, b * width);
  return joined;
}
