import { createHash } from 'node:crypto';
import { createCkksClient, layerInfo } from '@sharemesh/rlwe';
import type { CkksClient, EncryptedBatch, SchemeName, Tier } from '@sharemesh/rlwe';
import { createBundle } from '@sharemesh/model';
import type { ModelBundle } from '@sharemesh/model';
import { encodeMessage, splitMessage, takeTensors } from '@sharemesh/wire/framing';
import type { Frame, InferRequest, TensorData } from '@sharemesh/wire';
import { generator } from '../../rlwe/test/layers.ts';

/** A small model of these sizes with weights of the size of trained ones. */
export function testBundle(sizes: readonly number[], weightBits: 14 | 28 = 14): ModelBundle {
  const random = generator(sizes.length);
  const layers = sizes.slice(1).map((outputSize, i) => {
    const inputSize = sizes[i]!;
    const weights = Float64Array.from({ length: inputSize * outputSize }, () => (random() * 2 - 1) / 10);
    const bias = Float64Array.from({ length: outputSize }, () => random() - 0.5);
    return { inputSize, outputSize, weights, bias, activation: { type: 'relu' } as const };
  });
  return createBundle({ modelId: 'test', version: '1', weightBits, layers });
}

export function clientFor({ manifest }: ModelBundle, scheme: SchemeName, tier: Tier): Promise<CkksClient> {
  const layers = manifest.inference.layers.map((layer) => ({
    ...layerInfo(layer),
    rowScales: Float64Array.from(layer.row_scales),
  }));
  return createCkksClient({ layers, scheme, tier });
}

/** The app of a bridge, or its address. */
export type Server = (path: string, init: RequestInit) => Response | Promise<Response>;

export const keyIdOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export async function register(server: Server, bytes: Uint8Array, token?: string): Promise<Response> {
  return server(`/v1/keys/${keyIdOf(bytes)}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
}

let requests = 0;

/** POST /v1/infer in binary form, and asking for it. */
export const postFrame = (server: Server, { chunks, headerLength }: Frame) =>
  server('/v1/infer', {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      accept: 'application/octet-stream',
      'inference-header-content-length': String(headerLength),
    },
    body: new Blob(chunks as Uint8Array<ArrayBuffer>[]),
  });

/** A request for one layer; the answer as it comes. */
export async function post(
  server: Server,
  client: CkksClient,
  layer: number,
  sent: Pick<EncryptedBatch, 'payloads' | 'batch'>,
  change: (request: InferRequest) => unknown = (request) => request,
): Promise<Response> {
  const [plan] = client.plans;
  const inputs = sent.payloads.map((data): TensorData => ({ encoding: 'rlwe', data }));
  const frame = encodeMessage('binary', inputs, (described) =>
    change({
      request_id: `request-${String(requests++).padStart(24, '0')}`,
      model_id: 'test',
      version: '1',
      layer,
      batch_size: sent.batch,
      inputs: described,
      encryption: {
        scheme: plan!.scheme,
        tier: plan!.tier,
        ...(client.publicKey && { key_id: keyIdOf(client.publicKey) }),
      },
    }),
  );
  return postFrame(server, frame);
}

/** The replies in a completed answer. */
export async function replies(response: Response): Promise<Uint8Array[]> {
  const body = new Uint8Array(await response.arrayBuffer());
  const { json, tail } = splitMessage(
    body,
    response.headers.get('inference-header-content-length') ?? undefined,
  );
  const { result } = json as { result: { outputs: Parameters<typeof takeTensors>[0] } };
  return takeTensors(result.outputs, tail).map(({ data }) => data);
}
