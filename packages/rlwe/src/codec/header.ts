import { MeshError, requireInteger } from '@sharemesh/wire/errors';

/** What follows the header. */
export const Kind = { request: 1, publicKey: 2, reply: 3 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export const HEADER_BYTES = 20;
const VERSION = 1;
const BINDING_BYTES = 16;

/**
 * "SM" ‖ version ‖ kind ‖ binding: 16 bytes that stand for all parameters.
 * @throws MeshError INVALID_INPUT for another kind or a binding of another length
 */
export function writeHeader(bytes: Uint8Array, kind: Kind, binding: Uint8Array): void {
  requireInteger('the kind of a payload', kind, Kind.request, Kind.reply);
  requireInteger('the length of a binding', binding.length, BINDING_BYTES, BINDING_BYTES);
  bytes.set([0x53, 0x4d, VERSION, kind]);
  bytes.set(binding, 4);
}

/**
 * @throws MeshError DIMENSION_MISMATCH when the length is another, INVALID_PAYLOAD when it is not such a message at all,
 * PARAMETER_MISMATCH when it was made with other parameters
 */
export function checkHeader(bytes: Uint8Array, length: number, kind: Kind, binding: Uint8Array): void {
  if (bytes.length !== length) {
    throw new MeshError('DIMENSION_MISMATCH', `a payload of this kind has exactly ${length} bytes`);
  }
  if (bytes[0] !== 0x53 || bytes[1] !== 0x4d || bytes[2] !== VERSION || bytes[3] !== kind) {
    throw new MeshError('INVALID_PAYLOAD', 'a payload is not of the kind and version expected here');
  }
  for (let i = 0; i < BINDING_BYTES; i++) {
    if (bytes[4 + i] !== binding[i]) {
      throw new MeshError('PARAMETER_MISMATCH', 'a payload was made with other encryption parameters');
    }
  }
}
