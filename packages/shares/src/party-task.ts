import type { FieldKernels, FieldVector, PackedMatrix, VectorKernels } from '@sharemesh/kernels/field';
import { leftMultiplyPacked } from '@sharemesh/kernels/field/packed';
import type { Inference, InferRequest, Operation, TensorData } from '@sharemesh/wire';
import { MeshError } from '@sharemesh/wire/errors';
import { packedByteLength, unpackField } from './field-codec.ts';
import { SEED_BYTES } from './random.ts';
import { expandSeed } from './xof.ts';
import type { SeedPurpose, ShareBinding } from './xof.ts';

/** A share as it arrived: its elements, or the seed that they are expanded from. */
export type TaskShare =
  | { readonly kind: 'vector'; readonly x: FieldVector }
  | {
      readonly kind: 'seed';
      readonly seed: Uint8Array;
      readonly binding: ShareBinding;
      readonly purpose: SeedPurpose;
    };

/** What one request asks a party to compute with one layer's matrix W, as plain data that crosses threads. */
export interface PartyTask {
  /** `product`: X·Wᵀ mod p. `sketch`: rᵀ·W mod p, of a batch of one. */
  readonly operation: Operation;
  readonly batch: number;
  readonly share: TaskShare;
}

/** The model that a task is for. */
export interface TaskModel {
  readonly digest: string;
  readonly inference: Inference;
}

/**
 * The task in a request on shares, whose envelope fits the schema and names `model`. A party computes what this says and
 * answers nothing to what this refuses; who judges a fraud proof asks the same question here, and so gets the same answer.
 *
 * @param inputs the tensors of the request; the vector of the task may be a view of them
 * @throws MeshError UNKNOWN_LAYER; INVALID_REQUEST for a sharing that cannot be, or a sketch of anything but one seed;
 * DIMENSION_MISMATCH, NON_CANONICAL_ELEMENT, INVALID_PAYLOAD for the share
 */
export function readTask(
  kernels: VectorKernels,
  request: InferRequest,
  inputs: readonly TensorData[],
  { digest, inference }: TaskModel,
): PartyTask {
  const { request_id: requestId, layer, operation = 'product', batch_size: batch, sharing } = request;
  const size = inference.layers[layer];
  if (!size)
    throw refused('UNKNOWN_LAYER', `the model has ${inference.layers.length} layers, counted from 0`);
  if (!sharing || request.encryption) {
    throw refused('INVALID_REQUEST', 'exactly one of sharing and encryption is needed, here sharing');
  }
  const { scheme, parties, party_id: partyId } = sharing;
  if (partyId > parties) {
    throw refused('INVALID_REQUEST', 'sharing.party_id is between 1 and sharing.parties');
  }
  const [input] = inputs;
  if (!input || inputs.length > 1) throw refused('INVALID_REQUEST', 'inputs: one under sharing');
  const sketch = operation === 'sketch';
  // r is then as secret as the seed, and uniform
  if (sketch && (batch !== 1 || input.encoding !== 'seed')) {
    throw refused('INVALID_REQUEST', 'a sketch has a batch of one, and a seed for its input');
  }
  // a left vector has an element for each row of W
  const columns = sketch ? size.output_size : size.input_size;
  const binding = { modelDigest: digest, layer, requestId, parties, partyId, batchSize: batch, columns };
  const share: TaskShare =
    input.encoding === 'seed'
      ? { kind: 'seed', seed: requireSeed(input.data), binding, purpose: sketch ? 'sketch' : scheme }
      : { kind: 'vector', x: readVector(kernels, input, batch * columns) };
  return { operation, batch, share };
}

/**
 * Expand the share if it came as a seed, then multiply.
 * @returns of a product batch × rows, row-major; of a sketch one element for each column
 */
export function computeTask(kernels: FieldKernels, matrix: PackedMatrix, task: PartyTask): FieldVector {
  const { share, batch, operation } = task;
  const x = share.kind === 'vector' ? share.x : expandSeed(kernels, share.seed, share.binding, share.purpose);
  return operation === 'sketch' ? leftMultiplyPacked(kernels, x, matrix) : kernels.matmul(matrix, x, batch);
}

function requireSeed(seed: Uint8Array): Uint8Array {
  if (seed.length !== SEED_BYTES) throw refused('INVALID_PAYLOAD', `a seed has ${SEED_BYTES} bytes`);
  return seed;
}

/** `length` elements, checked to be exactly that many and canonical. */
function readVector(kernels: VectorKernels, { encoding, data }: TensorData, length: number): FieldVector {
  switch (encoding) {
    case 'field61-packed':
      requireBytes(data, packedByteLength(length));
      return unpackField(data, length);
    case 'field61': {
      requireBytes(data, length * 8);
      const x = viewElements(data);
      if (!kernels.isCanonical(x)) {
        throw refused('NON_CANONICAL_ELEMENT', 'an element is not below 2^61 - 1');
      }
      return x;
    }
    default:
      throw refused('INVALID_PAYLOAD', 'shares come as field61, field61-packed or seed');
  }
}

function requireBytes({ length }: Uint8Array, expected: number): void {
  if (length !== expected) {
    throw refused('DIMENSION_MISMATCH', `the input has ${length} bytes where the layer takes ${expected}`);
  }
}

/** The wire's bytes are the elements' bytes: a view where they lie at a multiple of 8, else a copy. */
function viewElements(data: Uint8Array): FieldVector {
  const aligned = data.byteOffset % 8 === 0 ? data : new Uint8Array(data);
  return new BigUint64Array(aligned.buffer, aligned.byteOffset, aligned.length / 8);
}

const refused = (code: MeshError['code'], message: string) => new MeshError(code, message);
