import { MeshError } from '@sharemesh/wire/errors';
import { fieldFromBytes } from '@sharemesh/shares/core';
import type { FieldVector } from '@sharemesh/shares/core';
import type { LinearContext } from '../backend.ts';
import type { Channel, InferCall } from '../transport/channel.ts';

/**
 * One request to one party, and the `elements` field elements that it answers.
 * @throws MeshError NON_CANONICAL_ELEMENT, or what the channel throws; names the party
 */
export async function askParty(
  channel: Channel,
  call: Omit<InferCall, 'expect'>,
  elements: number,
  context: LinearContext,
): Promise<FieldVector> {
  const expect = [{ encoding: 'field61', byteLength: 8 * elements }] as const;
  const [output] = await channel.infer({ ...call, expect }, context);
  try {
    return fieldFromBytes(output!.data);
  } catch (cause) {
    const { party } = channel;
    const what = `${party} replied with an element that is not below 2^61 - 1`;
    throw new MeshError('NON_CANONICAL_ELEMENT', what, { party, cause });
  }
}
