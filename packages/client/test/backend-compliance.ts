import { describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/client';
import type { Backend, LinearContext, Phase, RequestRecord } from '@sharemesh/client';
import { createBundle, dequantizeRows } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';

/** What the suite needs to know of an implementation. */
export interface BackendUnderTest {
  readonly backend: Backend;
  /** How far an output may be from the exact product, for inputs and weights of magnitude up to 1. */
  readonly tolerance: number;
}

/**
 * What every Backend must do. Run it inside a test file:
 *
 *   describeBackend('shares', async (bundle) => ({ backend: …, tolerance: 1e-6 }));
 *
 * `open` serves the bundle somewhere and returns a backend that uses it, a fresh one for each test.
 */
export function describeBackend(
  name: string,
  open: (bundle: ModelBundle) => Promise<BackendUnderTest>,
): void {
  describe(`the ${name} backend`, () => {
    const within = async (test: (subject: BackendUnderTest) => Promise<void>) => {
      const subject = await open(bundle);
      try {
        await test(subject);
      } finally {
        subject.backend.close();
      }
    };

    it('names itself and the model', () =>
      within(async ({ backend }) => {
        expect(['shares', 'ckks', 'bfv']).toContain(backend.name);
        expect(backend.model.inference).toEqual(bundle.manifest.inference);
        expect(Number.isInteger(backend.maxBatch) && backend.maxBatch >= 1).toBe(true);
      }));

    it('computes each layer, without bias and activation, and leaves the input alone', () =>
      within(async ({ backend, tolerance }) => {
        for (const [index, { input_size }] of bundle.manifest.inference.layers.entries()) {
          for (const x of [values(input_size, 1), new Float64Array(input_size), unit(input_size, 2, -1)]) {
            const before = x.slice();
            const { y } = await backend.linear(index, x, 1, context());
            expectClose(y, product(index, x), tolerance);
            expect(x).toEqual(before);
          }
        }
      }));

    it('computes a batch as it computes its rows', () =>
      within(async ({ backend, tolerance }) => {
        const batch = Math.min(3, backend.maxBatch);
        const rows = Array.from({ length: batch }, (_, i) => values(9, i));
        const x = Float64Array.from(rows.flatMap((row) => [...row]));
        const { y, report } = await backend.linear(0, x, batch, context());
        const expected = rows.flatMap((row) => [...product(0, row)]);
        expectClose(y, Float64Array.from(expected), tolerance);
        expect(report.batch).toBe(batch);
      }));

    it('keeps calls apart that are under way at the same time', () =>
      within(async ({ backend, tolerance }) => {
        const inputs = Array.from({ length: 8 }, (_, i) => values(9, i));
        const results = await Promise.all(inputs.map((x) => backend.linear(0, x, 1, context())));
        for (const [i, { y }] of results.entries()) expectClose(y, product(0, inputs[i]!), tolerance);
      }));

    it('reports what it did, and logs every exchange', () =>
      within(async ({ backend }) => {
        const requestLog: RequestRecord[] = [];
        const begun: Phase[] = [];
        const onPhase = (phase: Phase) => begun.push(phase);
        const { report } = await backend.linear(1, values(5, 1), 1, { ...context(), requestLog, onPhase });
        expect(report).toMatchObject({ layer: 1, batch: 1, faults: [], prepared: false });
        expect(Object.values(report.phases).every((spent) => Number.isFinite(spent) && spent >= 0)).toBe(
          true,
        );
        expect(new Set(begun)).toEqual(new Set(Object.keys(report.phases)));
        expect(report.precision.significantBits).toBe(backend.significantBits[1]);
        expect(Number.isInteger(report.precision.significantBits)).toBe(true);
        expect(report.precision.bound).toBeLessThan(report.precision.limit);
        expect(requestLog.length).toBeGreaterThan(0);
        for (const record of requestLog) {
          expect(new URL(record.party).origin).toBe(record.party);
          expect(record.bytesUp + record.bytesDown).toBeGreaterThan(0);
          expect(record.milliseconds).toBeGreaterThanOrEqual(0);
        }
      }));

    it('gives up with the reason of its signal', () =>
      within(async ({ backend }) => {
        const controller = new AbortController();
        controller.abort(new MeshError('ABORTED', 'before it began'));
        const aborted = { ...context(), signal: controller.signal };
        await expectFailure(backend.linear(0, values(9, 1), 1, aborted), 'ABORTED');
        const during = new AbortController();
        const call = backend.linear(0, values(9, 1), 1, { ...context(), signal: during.signal });
        during.abort(new MeshError('ABORTED', 'while it ran'));
        await expectFailure(call, 'ABORTED');
      }));

    it('can be closed twice', async () => {
      const { backend } = await open(bundle);
      backend.close();
      backend.close();
    });
  });
}

const values = (length: number, seed: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));

const unit = (length: number, at: number, value: number) =>
  Float64Array.from({ length }, (_, i) => (i === at ? value : 0));

const bundle = createBundle({
  modelId: 'compliance',
  version: '1',
  weightBits: 14,
  layers: [
    { inputSize: 9, outputSize: 5, weights: values(45, 3), bias: values(5, 4), activation: { type: 'relu' } },
    {
      inputSize: 5,
      outputSize: 2,
      weights: values(10, 5),
      bias: values(2, 6),
      activation: { type: 'softmax' },
    },
  ],
});

/** The layer's quantised weights times x, in float64: what a backend without any error would give. */
function product(index: number, x: Float64Array): Float64Array {
  const { input_size, output_size, row_scales } = bundle.manifest.inference.layers[index]!;
  const weights = dequantizeRows(bundle.planes[index]!, row_scales, input_size);
  return Float64Array.from({ length: output_size }, (_, i) =>
    x.reduce((sum, v, j) => sum + weights[i * input_size + j]! * v, 0),
  );
}

const context = (): LinearContext => ({
  signal: new AbortController().signal,
  deadline: performance.now() + 30_000,
  requestLog: [],
});

function expectClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance);
}

async function expectFailure(work: Promise<unknown>, code: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: 'MeshError', code });
}
