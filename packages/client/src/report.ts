import type { Backend, LayerReport, Phase, RequestRecord } from './backend.ts';

/** What one server got and gave for one inference, retries included. */
export interface PartyTraffic {
  /** The server's URL. */
  readonly party: string;
  readonly requests: number;
  /** Bytes of whole bodies. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Sum over its requests; layers one after the other, parties at the same time. */
  readonly milliseconds: number;
}

/** A layer's report with the digits after the point that its rows had at least. */
export interface InferenceLayer extends LayerReport {
  readonly precision: LayerReport['precision'] & {
    /** Binary digits after the point of the row with the largest values; negative where those are very large. */
    readonly fractionBits: number;
  };
}

/** What an inference cost and how exact it is. Holds no values. */
export interface InferenceReport {
  readonly backend: Backend['name'];
  readonly model: { readonly id: string; readonly version: string; readonly digest: string };
  readonly batch: number;
  readonly milliseconds: number;
  /** Milliseconds by phase, over all layers. */
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** In the order of the model; a batch that was cut into several has them once for each part. */
  readonly layers: readonly InferenceLayer[];
  readonly parties: readonly PartyTraffic[];
  /** The fewest of any layer: each input of a layer is exact to 2^-significantBits of its row's largest. */
  readonly significantBits: number;
  /** The fewest of any layer. */
  readonly fractionBits: number;
}

export interface ReportInput {
  readonly backend: Backend;
  readonly batch: number;
  readonly milliseconds: number;
  readonly layers: readonly InferenceLayer[];
  readonly requestLog: readonly RequestRecord[];
}

export function buildReport({
  backend,
  batch,
  milliseconds,
  layers,
  requestLog,
}: ReportInput): InferenceReport {
  const { model_id, version, digest } = backend.model;
  const phases: Partial<Record<Phase, number>> = {};
  for (const [phase, spent] of layers.flatMap((layer) => Object.entries(layer.phases) as [Phase, number][])) {
    phases[phase] = (phases[phase] ?? 0) + spent;
  }
  const fewest = (bits: 'significantBits' | 'fractionBits') =>
    Math.min(...layers.map(({ precision }) => precision[bits]));
  return {
    backend: backend.name,
    model: { id: model_id, version, digest },
    batch,
    milliseconds,
    phases,
    layers,
    parties: trafficOf(requestLog),
    significantBits: fewest('significantBits'),
    fractionBits: fewest('fractionBits'),
  };
}

function trafficOf(requestLog: readonly RequestRecord[]): PartyTraffic[] {
  const parties = [...new Set(requestLog.map(({ party }) => party))].sort();
  return parties.map((party) => {
    const records = requestLog.filter((record) => record.party === party);
    const sum = (of: (record: RequestRecord) => number) =>
      records.reduce((total, record) => total + of(record), 0);
    return {
      party,
      requests: records.length,
      bytesUp: sum((record) => record.bytesUp),
      bytesDown: sum((record) => record.bytesDown),
      milliseconds: sum((record) => record.milliseconds),
    };
  });
}
