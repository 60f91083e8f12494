import { MeshError } from '@sharemesh/wire/errors';
import { fieldFromBytes, fieldToBytes, packField } from '@sharemesh/shares/core';
import type { FieldVector, SeedShare, VectorShare } from '@sharemesh/shares/core';
import type { TensorData } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';
import type { Channel, InferCall } from '../transport/channel.ts';

/** A share on its way: how it is sent is the channel's and the options' affair. */
export interface ShareCall extends Omit<InferCall, 'inputs' | 'expect'> {
  readonly share: Pick<SeedShare, 'kind' | 'seed'> | Pick<VectorShare, 'kind' | 'vector'>;
  /** 61 bits an element rather than 64. */
  readonly packed?: boolean;
  /** How many field elements the party answers. */
  readonly elements: number;
}

/**
 * One request to one party, with its share, and the field elements that it answers.
 * @throws MeshError NON_CANONICAL_ELEMENT, or what the channel throws; names the party
 */
export async function askParty(
  channel: Channel,
  { share, packed, elements, ...call }: ShareCall,
  context: LinearContext,
): Promise<FieldVector> {
  const inputs: TensorData[] = [
    share.kind === 'seed'
      ? { encoding: 'seed', data: share.seed }
      : packed
        ? { encoding: 'field61-packed', data: packField(share.vector) }
        : { encoding: 'field61', data: fieldToBytes(share.vector) },
  ];
  const expect = [{ encoding: 'field61', byteLength: 8 * elements }] as const;
  const [output] = await channel.infer({ ...call, inputs, expect }, context);
  try {
    return fieldFromBytes(output!.data);
  } catch (cause) {
    const { party } = channel;
    const what = `${party} replied with an element that is not below 2^61 - 1`;
    throw new MeshError('NON_CANONICAL_ELEMENT', what, { party, cause });
  }
}
