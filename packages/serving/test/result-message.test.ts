import fc from 'fast-check';
import { expect, test } from 'vitest';
import { API_VERSION, CompletedJob, encodeMessage, splitMessage, takeTensors } from '@sharemesh/wire';
import type { MessageForm } from '@sharemesh/wire';
import { encodeResult } from '../src/jobs/result-message.ts';
import type { Result } from '../src/jobs/result-message.ts';

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const results: fc.Arbitrary<Result> = fc
  .record({
    id: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    requestId: fc.stringMatching(/^[A-Za-z0-9_-]{22,64}$/),
    digest: hex,
    layer: fc.nat({ max: 1_023 }),
    batch: fc.integer({ min: 1, max: 4_096 }),
    outputs: fc.array(
      fc.record({
        encoding: fc.constantFrom('field61' as const, 'rlwe' as const),
        data: fc.uint8Array({ maxLength: 300 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ id, requestId, digest, layer, batch, outputs }) => ({
    id,
    origin: {
      owner: 'anonymous',
      request: { request_id: requestId, layer, batch_size: batch },
      modelDigest: `sha256:${digest}`,
      fingerprint: { headerLength: undefined, length: 0, bytes: new Uint8Array() },
    },
    outputs,
  }));

/** The same message by the wire's own encoder. */
function byTheWire(form: MessageForm, { id, origin, outputs }: Result) {
  const { request_id, layer, batch_size } = origin.request;
  const { chunks, headerLength } = encodeMessage(form, outputs, (described) => ({
    api_version: API_VERSION,
    status: 'completed',
    job_id: id,
    result: { request_id, model_digest: origin.modelDigest, layer, batch_size, outputs: described },
  }));
  return { bytes: Buffer.concat(chunks), headerLength };
}

test.each(['binary', 'json'] as const)('a result is the message that the wire encodes: %s', (form) => {
  fc.assert(
    fc.property(results, (result) => {
      const { bytes, headerLength } = encodeResult(form, result);
      const expected = byTheWire(form, result);
      expect(Buffer.compare(bytes, expected.bytes)).toBe(0);
      expect(headerLength).toBe(expected.headerLength);
      const { json, tail } = splitMessage(bytes, headerLength === undefined ? undefined : `${headerLength}`);
      const message = CompletedJob.parse(json);
      expect(takeTensors(message.result.outputs, tail).map(({ data }) => [...data])).toEqual(
        result.outputs.map(({ data }) => [...data]),
      );
    }),
    { numRuns: 200 },
  );
});
