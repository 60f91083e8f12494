import type { BenchResult, CallMeasurement, Way } from '../src/result.ts';
import { targets } from '../src/targets.ts';

/** Spread a tenth around a median. */
const time = (median: number) => ({ median, p10: 0.9 * median, p90: 1.1 * median, samples: 9 });

const plain: Way = { id: 'plain-onnxruntime', title: 'plaintext, ONNX Runtime', family: 'plain' };
const matrix: Way = { id: 'plain-ml-matrix', title: 'plaintext, ml-matrix', family: 'plain' };
const shares: Way = {
  id: 'shares-2-14',
  title: '2 parties, 14-bit',
  family: 'shares',
  trust: 'one of the 2 servers keeps its share to itself',
};

const call = (way: Way, ms: number, more: Partial<CallMeasurement> = {}): CallMeasurement => ({
  shape: '1024²',
  batch: 1,
  way,
  rttMs: 0,
  time: time(ms),
  phases: { encode: 0.01, send: 0.9 * ms, decode: 0.01 },
  bytesUp: 8_700,
  bytesDown: 16_800,
  error: 3e-5,
  ...more,
});

/** A made-up result with something in every part. None of its numbers was measured. */
export const sampleResult: BenchResult = {
  format: 'sharemesh-bench/1',
  command: 'npx sharemesh bench --quick --filter "<1024>"',
  date: '2026-05-01T10:00:00.000Z',
  seconds: 61,
  quick: true,
  machine: {
    cpu: 'A & B <Processor>',
    cores: 2,
    memoryBytes: 8e9,
    system: 'Example Linux 1',
    arch: 'x64',
    node: 'v20.20.2',
    load: 0.1,
  },
  versions: { sharemesh: '0.1.0', node: '20.20.2' },
  figures: [
    {
      ...targets.callOnnx,
      value: 1.5,
      spread: [1.4, 1.7],
      sides: {
        unit: 'ms',
        values: [
          { title: '2 parties', value: 0.9 },
          { title: 'ONNX', value: 0.6 },
        ],
      },
    },
    { ...targets.health, value: 31 },
    { ...targets.vectorMatrix1024, value: 26 },
  ],
  products: [
    { shape: '1024²', batch: 1, engine: 'Sharemesh, 14-bit weights', time: time(0.1) },
    { shape: '1024²', batch: 1, engine: 'ml-matrix, float64', time: time(1.6) },
  ],
  calls: [
    call(matrix, 2.3),
    call(plain, 0.6),
    call(shares, 0.9, {
      floor: { up: 8_224, down: 16_384 },
      phases: { encode: 0.01, share: 0.02, send: 0.8, reconstruct: 0.01, decode: 0.01, activate: 0 },
    }),
    call(plain, 12, { batch: 64 }),
    call(shares, 30, { batch: 64 }),
    call(plain, 10.6, { rttMs: 10 }),
    call(shares, 10.9, { rttMs: 10 }),
  ],
  throughputs: [{ shape: '1024²', way: shares, inFlight: 16, callsPerSecond: time(1_800) }],
  notes: ['A note with <markup> & more.'],
};
