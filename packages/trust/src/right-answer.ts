import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { computeSketch, expandSeed, fieldFromBytes, unpackField } from '@sharemesh/shares';
import { InferRequest, splitMessage, takeTensors } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { TensorData } from '@sharemesh/wire';
import type { Message } from './receipts.ts';

/**
 * What an honest party answers to a request on shares, from the request's own bytes: W·x_i for every row, or the sketch
 * rᵀ·W of a seed.
 *
 * @returns the request, and batch_size × output_size elements, row-major; of a sketch, input_size elements
 * @throws MeshError for a request that an honest party refuses: it owes no answer to it
 */
export function rightAnswer(
  kernels: FieldKernels,
  bundle: ModelBundle,
  message: Message,
): { readonly request: InferRequest; readonly outputs: FieldVector } {
  const { json, tail } = splitMessage(message.body, message.headerLength?.toString());
  const parsed = InferRequest.safeParse(json);
  if (!parsed.success) throw refused('it does not fit the schema');
  const request = parsed.data;
  const { manifest, planes } = bundle;
  if (request.model_id !== manifest.model_id || request.version !== manifest.version) {
    throw refused('it names another model');
  }
  const layer = manifest.inference.layers[request.layer];
  if (!layer) throw refused('the model has no such layer');
  const tensors = takeTensors(request.inputs, tail);
  if (tensors.length !== 1) throw refused('a request on shares has one input');
  if (request.operation === 'sketch') {
    return { request, outputs: sketchOf(kernels, bundle, request, tensors[0]!) };
  }
  const share = expandShare(kernels, bundle.digest, request, layer.input_size, tensors[0]!);
  const matrix = kernels.packMatrix(planes[request.layer]!, layer.output_size, layer.input_size);
  return { request, outputs: kernels.matmul(matrix, share, request.batch_size) };
}

function sketchOf(
  kernels: FieldKernels,
  { digest: modelDigest, manifest, planes }: ModelBundle,
  { sharing, batch_size, layer, request_id: requestId }: InferRequest,
  { encoding, data: seed }: TensorData,
): FieldVector {
  if (!sharing) throw refused('it is not a request on shares');
  if (batch_size !== 1 || encoding !== 'seed') throw refused('a sketch is of one seed');
  const { input_size, output_size: rows } = manifest.inference.layers[layer]!;
  const { parties, party_id: partyId } = sharing;
  const binding = { modelDigest, layer, requestId, parties, partyId, rows };
  return computeSketch(kernels, seed, binding, planes[layer]!, input_size);
}

function expandShare(
  kernels: FieldKernels,
  modelDigest: string,
  request: InferRequest,
  columns: number,
  { encoding, data }: TensorData,
): FieldVector {
  const { sharing, batch_size: batchSize } = request;
  if (!sharing) throw refused('it is not a request on shares');
  const share = decode();
  if (share.length !== batchSize * columns)
    throw refused('the share has another length than the layer takes');
  return share;

  function decode(): FieldVector {
    switch (encoding) {
      case 'field61':
        return fieldFromBytes(data);
      case 'field61-packed':
        return unpackField(data, batchSize * columns);
      case 'seed': {
        const { scheme, parties, party_id: partyId } = sharing!;
        const { layer, request_id: requestId } = request;
        const binding = { modelDigest, layer, requestId, parties, partyId, batchSize, columns };
        return expandSeed(kernels, data, binding, scheme);
      }
      default:
        throw refused(`${encoding} is not an encoding of shares`);
    }
  }
}

const refused = (why: string) => new MeshError('INVALID_REQUEST', why);
