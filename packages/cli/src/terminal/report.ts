import type { InferenceReport } from '@sharemesh/client';
import { bytes, milliseconds } from './quantities.ts';
import { table } from './table.ts';
import type { Colors } from './terminal.ts';

/** What an inference cost and how exact it is, for people. */
export function formatReport(report: InferenceReport, colors: Colors): string[] {
  const { model, backend, batch, layers, parties, phases } = report;
  const exact = layers.map(({ precision: { significantBits, bound, limit } }, index) => [
    `layer ${index}`,
    `${significantBits} significant bits`,
    `bound 2^${Math.log2(bound).toFixed(1)} < 2^${Math.log2(limit).toFixed(1)}`,
  ]);
  const faults = layers.flatMap((layer) => layer.faults);
  const wrong = unique(faults.filter(({ code }) => code === 'WRONG_REPLY').map(({ party }) => party));
  const failed = unique(
    faults.filter(({ code }) => code !== 'WRONG_REPLY').map(({ party, code }) => `${party} (${code})`),
  );
  const late = unique(layers.flatMap((layer) => layer.late ?? []));
  const excluded = unique(
    layers.flatMap((layer) => (layer.excluded ?? []).map(({ party, code }) => `${party} (${code})`)),
  );
  const agreements = layers.flatMap(({ agreement }) => agreement ?? []);
  const disagreeing = unique(agreements.flatMap((agreement) => agreement.disagreeing));
  const notes = [
    ...(wrong.length > 0 ? [colors.red(`wrong replies, not used: ${wrong.join(', ')}`)] : []),
    ...(disagreeing.length > 0
      ? [
          colors.red(
            `disagree with the rest, not used: ${disagreeing.join(', ')} (who is wrong, only checks can tell)`,
          ),
        ]
      : []),
    ...(failed.length > 0 ? [`answered without: ${failed.join(', ')}`] : []),
    ...(excluded.length > 0 ? [`not asked: ${excluded.join(', ')}`] : []),
    ...(late.length > 0 ? [colors.dim(`not waited for: ${late.join(', ')}`)] : []),
    ...(agreements.some(({ surplus }) => surplus === 0)
      ? [colors.dim('no reply beyond the threshold: a wrong one would not have been noticed')]
      : []),
  ];
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
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

const unique = (texts: readonly string[]) => [...new Set(texts)];
