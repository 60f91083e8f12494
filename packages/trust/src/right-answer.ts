import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import type { ModelBundle } from '@sharemesh/model';
import { computeTask, readTask } from '@sharemesh/shares/party';
import { isInferRequest, splitMessage, takeTensors } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import type { InferRequest } from '@sharemesh/wire';
import type { Message } from './receipts.ts';

/**
 * What an honest party answers to a request on shares, computed from the bytes of the request: W·x_i for every row, or the
 * sketch rᵀ·W of a seed. `readTask` is what parties themselves decide by.
 *
 * @returns the request, and its batch_size × output_size elements, row-major; of a sketch, input_size elements
 * @throws MeshError for a request that an honest party refuses: no answer to it is wrong
 */
export function rightAnswer(
  kernels: FieldKernels,
  { digest, manifest, planes }: ModelBundle,
  message: Message,
): { readonly request: InferRequest; readonly outputs: FieldVector } {
  const { json: request, tail } = splitMessage(message.body, message.headerLength?.toString());
  if (!isInferRequest(request)) throw refused('the request does not fit the schema');
  if (request.model_id !== manifest.model_id || request.version !== manifest.version) {
    throw refused('the request names another model');
  }
  const inputs = takeTensors(request.inputs, tail);
  const task = readTask(kernels, request, inputs, { digest, inference: manifest.inference });
  const { output_size, input_size } = manifest.inference.layers[request.layer]!;
  const matrix = kernels.packMatrix(planes[request.layer]!, output_size, input_size);
  try {
    return { request, outputs: computeTask(kernels, matrix, task) };
  } finally {
    kernels.releaseMatrix(matrix);
  }
}

const refused = (why: string) => new MeshError('INVALID_REQUEST', why);
