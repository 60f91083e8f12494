import { createBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import { encodeMessage } from '@sharemesh/wire';
import type { Frame, InferRequest, JobResponse, TensorData } from '@sharemesh/wire';
import type { Message } from '@sharemesh/trust';

export const P = (1n << 61n) - 1n;
export const REQUEST_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
export const BOOT_NONCE = 'BBBBBBBBBBBBBBBBBBBBBB';

/** Three inputs, two outputs, weights that quantise to small integers. */
export function smallBundle(version = '1'): ModelBundle {
  return createBundle({
    modelId: 'small',
    version,
    weightBits: 14,
    layers: [
      {
        inputSize: 3,
        outputSize: 2,
        weights: Float64Array.of(1, -0.5, 0.25, 0, 0.75, -1),
        bias: Float64Array.of(0.5, -0.5),
        activation: { type: 'identity' },
      },
    ],
  });
}

/** W·x by BigInt: what the package's own arithmetic is held against. */
export function multiply(bundle: ModelBundle, share: readonly bigint[]): bigint[] {
  const { input_size: columns, output_size: rows } = bundle.manifest.inference.layers[0]!;
  const plane = bundle.planes[0]![0]!;
  return Array.from({ length: rows }, (_, i) => {
    let sum = 0n;
    for (let j = 0; j < columns; j++) sum += BigInt(plane[i * columns + j]!) * share[j]!;
    return ((sum % P) + P) % P;
  });
}

export const field61 = (elements: readonly bigint[]): TensorData => ({
  encoding: 'field61',
  data: new Uint8Array(BigUint64Array.from(elements).buffer),
});

export function requestMessage(input: TensorData, changes: Partial<InferRequest> = {}): Message {
  return message(
    encodeMessage('binary', [input], (inputs): InferRequest => ({
      request_id: REQUEST_ID,
      model_id: 'small',
      version: '1',
      layer: 0,
      batch_size: 1,
      inputs,
      sharing: { scheme: 'additive', parties: 2, party_id: 1 },
      ...changes,
    })),
  );
}

export function replyMessage(
  bundle: ModelBundle,
  outputs: readonly TensorData[],
  form: 'binary' | 'json' = 'binary',
  changes: object = {},
): Message {
  return message(
    encodeMessage(form, outputs, (described): JobResponse => ({
      api_version: 'v1',
      status: 'completed',
      job_id: 'CCCCCCCCCCCCCCCCCCCCCC',
      result: {
        request_id: REQUEST_ID,
        model_digest: bundle.digest,
        layer: 0,
        batch_size: 1,
        outputs: described,
        ...changes,
      },
    })),
  );
}

export const jsonMessage = (value: unknown): Message => ({
  body: new TextEncoder().encode(JSON.stringify(value)),
});

function message({ chunks, headerLength }: Frame): Message {
  return {
    ...(headerLength !== undefined && { headerLength }),
    body: new Uint8Array(chunks.flatMap((c) => [...c])),
  };
}
