import type { InferenceReport } from '@sharemesh/client';
import { bytes, milliseconds } from './quantities.ts';
import { table } from './table.ts';
import type { Colors } from './terminal.ts';

/** What an inference cost and how exact it is, for people. */
export function formatReport(report: InferenceReport, colors: Colors): string[] {
  const { model, backend, batch, layers, parties, phases } = report;
  const exact = layers.map(({ precision: { fractionBits, bound, limit } }, index) => [
    `layer ${index}`,
    `${fractionBits} fraction bits`,
    `bound 2^${Math.log2(bound).toFixed(1)} < 2^${Math.log2(limit).toFixed(1)}`,
  ]);
  const faulty = [...new Set(layers.flatMap((layer) => layer.faults.map(({ party }) => party)))];
  return [
    colors.bold(`${model.id}@${model.version} by ${backend}, ${batch} ${batch === 1 ? 'input' : 'inputs'}`),
    colors.dim(model.digest),
    '',
    ...table(
      [
        ['server', 'requests', 'bytes up', 'bytes down'].map(colors.dim),
        ...parties.map(({ party, requests, bytesUp, bytesDown }) => [
          party,
          String(requests),
          bytes(bytesUp),
          bytes(bytesDown),
        ]),
      ],
      'lrrr',
    ),
    '',
    ...table(
      [
        ...Object.entries(phases).map(([phase, ms]) => [phase, milliseconds(ms)]),
        ['whole call', milliseconds(report.milliseconds)],
      ],
      'lr',
    ),
    '',
    ...table(exact, 'lrl'),
    ...(faulty.length === 0 ? [] : ['', colors.red(`wrong replies, not used: ${faulty.join(', ')}`)]),
  ];
}
