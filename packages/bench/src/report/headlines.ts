import { formatValue } from '../figure.ts';
import { formatBytes } from '../quantity.ts';
import type { BenchResult } from '../result.ts';
import { mainCalls } from './charts/select-calls.ts';

export interface Headline {
  readonly value: string;
  readonly text: string;
}

/** Figures that open the page, by id, with what they say to someone who reads nothing else. */
const TEXTS: readonly (readonly [id: string, text: string])[] = [
  ['call-ml-matrix', 'of the time of plaintext ml-matrix: a private 1024² layer on two servers, over HTTP'],
  ['call-onnx', 'the time of plaintext ONNX Runtime, for the same private call'],
  ['online-onnx', 'the time of plaintext ONNX Runtime, when requests were prepared ahead'],
];

/** At most four: three ratios and the bytes. */
export function headlines(result: BenchResult): Headline[] {
  const ratios = TEXTS.flatMap(([id, text]) => {
    const figure = result.figures.find((candidate) => candidate.id === id);
    return figure ? [{ value: formatValue(figure.unit, figure.value), text }] : [];
  });
  const call = mainCalls(result).find(({ way }) => way.family === 'shares');
  const bytes = call && {
    value: formatBytes(call.bytesUp),
    text: `up for an input of ${call.shape}, ${formatBytes(call.bytesDown)} down: ${call.way.title}`,
  };
  return bytes ? [...ratios, bytes] : ratios;
}
