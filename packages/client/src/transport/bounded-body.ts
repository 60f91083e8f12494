import { MeshError } from '@sharemesh/wire/errors';
import { concat } from './transport.ts';

/**
 * A body read up to `limit` bytes. Leaving the loop early ends the stream, so a longer body costs no memory. A long page
 * that a proxy answers with an error status is cut off: its status says what is wrong, and not its length.
 * @throws MeshError REPLY_TOO_LARGE
 */
export async function readBounded(
  chunks: AsyncIterable<Uint8Array>,
  status: number,
  limit: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit && status >= 300) break;
    if (length > limit) throw new MeshError('REPLY_TOO_LARGE', `the reply is longer than ${limit} bytes`);
    parts.push(chunk);
  }
  return concat(parts);
}
