/**
 * Writes docs/examples: one conversation about a 3 → 2 layer, computed by the real code from fixed seeds. With --check
 * it writes nothing and fails when the committed files differ.
 *
 * x = (0.5, −1, 2) is split for two parties; the shares in the requests and the replies in the responses belong
 * together: the two outputs add up to W·x.
 */
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { createPlainFieldKernels } from '@sharemesh/kernels/field/plain';
import { createBundle } from '@sharemesh/model';
import {
  certify,
  computeSketch,
  correctionVector,
  encode,
  expandSeed,
  fieldToBytes,
} from '@sharemesh/shares';
import { API_VERSION, encodeMessage, problem } from '@sharemesh/wire';
import type {
  CompletedJob,
  HealthResponse,
  InferRequest,
  KeyResponse,
  KeysResponse,
  ModelsResponse,
  PartyResponse,
  PendingJob,
  Tensor,
  TensorData,
} from '@sharemesh/wire';
import type { Frame } from '@sharemesh/wire/framing';

const folder = new URL('../docs/examples/', import.meta.url);
const kernels = createPlainFieldKernels();

const bundle = createBundle({
  modelId: 'tiny',
  version: '1',
  description: 'Three numbers in, two out: the model of the examples.',
  weightBits: 14,
  layers: [
    {
      inputSize: 3,
      outputSize: 2,
      weights: Float64Array.of(0.5, -0.25, 1, 2, 0, -1),
      bias: Float64Array.of(0.125, -0.5),
      activation: { type: 'relu' },
    },
  ],
});
const layer = bundle.manifest.inference.layers[0]!;
const requestId = 'exampleRequest-_000001';
const jobId = 'exampleJob-_0000000001';
const shape = { modelDigest: bundle.digest, layer: 0, requestId, batchSize: 1, columns: layer.input_size };

const x = Float64Array.of(0.5, -1, 2);
const { fractionBits } = certify({
  maxRowSum: layer.max_row_sum,
  maxAbs: 2,
  minFractionBits: 8,
  maxFractionBits: 40,
});
const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
const mask = expandSeed(kernels, seed, { ...shape, parties: 2, partyId: 1 }, 'additive');
const correction = correctionVector(kernels, encode(kernels, x, fractionBits), [mask]);

const matrix = kernels.packMatrix(bundle.planes[0]!, layer.output_size, layer.input_size);
const reply = (share: BigUint64Array): TensorData => ({
  encoding: 'field61',
  data: fieldToBytes(kernels.matmul(matrix, share, 1)),
});

const request =
  (partyId: number) =>
  (inputs: Tensor[]): InferRequest => ({
    request_id: requestId,
    model_id: 'tiny',
    version: '1',
    layer: 0,
    batch_size: 1,
    inputs,
    sharing: { scheme: 'additive', parties: 2, party_id: partyId },
  });
const completed = (outputs: Tensor[]): CompletedJob => ({
  api_version: API_VERSION,
  status: 'completed',
  job_id: jobId,
  result: { request_id: requestId, model_digest: bundle.digest, layer: 0, batch_size: 1, outputs },
});

const sketchId = 'exampleSketch-_0000001';
const sketch = computeSketch(
  kernels,
  seed,
  {
    modelDigest: bundle.digest,
    layer: 0,
    requestId: sketchId,
    parties: 2,
    partyId: 1,
    rows: layer.output_size,
  },
  bundle.planes[0]!,
  layer.input_size,
);
const sketchRequest = (inputs: Tensor[]): InferRequest => ({
  ...request(1)(inputs),
  request_id: sketchId,
  operation: 'sketch',
});
const sketchReply = (outputs: Tensor[]): CompletedJob => {
  const { result, ...job } = completed(outputs);
  return { ...job, result: { ...result, request_id: sketchId } };
};

const models: ModelsResponse = {
  api_version: API_VERSION,
  models: [
    {
      model_id: 'tiny',
      version: '1',
      description: bundle.manifest.description,
      scheme: 'shares',
      digest: bundle.digest,
      inference: bundle.manifest.inference,
      sharing_parameters: {
        field_modulus: '2305843009213693951',
        schemes: ['additive', 'shamir'],
        encodings: ['field61', 'field61-packed', 'seed'],
        max_parties: 16,
      },
      constraints: { max_batch_size: 256, max_body_bytes: 16_777_216 },
    },
  ],
};
const health: HealthResponse = { api_version: API_VERSION, status: 'ok' };
const party: PartyResponse = {
  api_version: API_VERSION,
  operator: 'Example Hospital',
  boot_nonce: 'exampleNonce-_00000001',
  software: { name: 'sharemesh', version: '0.1.0' },
};
const queued: PendingJob = { api_version: API_VERSION, status: 'queued', job_id: jobId };
const keyId = `sha256:${'0'.repeat(64)}`;
const key: KeyResponse = { api_version: API_VERSION, key_id: keyId, byte_length: 46_112 };
const keys: KeysResponse = {
  api_version: API_VERSION,
  required: [{ scheme: 'ckks', tier: 'circuit-private', kind: 'public_key', byte_length: 46_112 }],
};

const seedShare: TensorData = { encoding: 'seed', data: seed };
const vectorShare: TensorData = { encoding: 'field61', data: fieldToBytes(correction) };

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const inJson = (frame: Frame) => pretty(JSON.parse(new TextDecoder().decode(frame.chunks[0])));
/** A binary message as text: the one header that matters, a blank line, the body in hexadecimal. */
const inHex = (frame: Frame) => {
  const hex = frame.chunks.map((chunk) => Buffer.from(chunk).toString('hex')).join('');
  return `inference-header-content-length: ${frame.headerLength}\n\n${hex.replaceAll(/.{1,96}/g, '$&\n')}`;
};

const files: Record<string, string> = {
  'health-response.json': pretty(health),
  'party-response.json': pretty(party),
  'models-response.json': pretty(models),
  'infer-request.seed.json': inJson(encodeMessage('json', [seedShare], request(1))),
  'infer-request.json': inJson(encodeMessage('json', [vectorShare], request(2))),
  'infer-request.binary.txt': inHex(encodeMessage('binary', [vectorShare], request(2))),
  'infer-request.sketch.json': inJson(encodeMessage('json', [seedShare], sketchRequest)),
  'infer-response.sketch.json': inJson(
    encodeMessage('json', [{ encoding: 'field61', data: fieldToBytes(sketch) }], sketchReply),
  ),
  'infer-response.seed.json': inJson(encodeMessage('json', [reply(mask)], completed)),
  'infer-response.json': inJson(encodeMessage('json', [reply(correction)], completed)),
  'infer-response.binary.txt': inHex(encodeMessage('binary', [reply(correction)], completed)),
  'infer-response.queued.json': pretty(queued),
  'job-response.json': pretty({ ...queued, status: 'running' }),
  'job-response.failed.json': pretty({ ...queued, status: 'failed', error: problem('INTERNAL') }),
  'keys-response.json': pretty(keys),
  'key-response.json': pretty(key),
  'problem.json': pretty(
    problem('DIMENSION_MISMATCH', 'the input has 2 elements; layer 0 takes 1 × 3', requestId),
  ),
};

const check = process.argv.includes('--check');
const read = (url: URL) => {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
};
const stale = Object.keys(files).filter((name) => read(new URL(name, folder)) !== files[name]);
if (!check) {
  mkdirSync(folder, { recursive: true });
  for (const name of stale) writeFileSync(new URL(name, folder), files[name]!);
}
console.log(
  stale.length === 0 ? 'examples: up to date' : `examples: ${check ? 'stale' : 'wrote'} ${stale.join(', ')}`,
);
if (check && stale.length > 0) process.exitCode = 1;
