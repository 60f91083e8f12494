import { createHash } from 'node:crypto';
import { KeysResponse } from '@sharemesh/wire';
import { describe, expect, it } from 'vitest';
import type { Target } from '../support/target.ts';

export function describeKeys(target: Target): void {
  const put = (keyId: string, body: Uint8Array<ArrayBuffer>, type = 'application/octet-stream') =>
    target.request(`/v1/keys/${keyId}`, { method: 'PUT', headers: { 'content-type': type }, body });
  const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

  describe('PUT /v1/keys/{key_id}', () => {
    it('refuses an id that is not the digest of the bytes, or no digest at all', async () => {
      const { required } = KeysResponse.parse(await (await target.request('/v1/keys')).json());
      const bytes = new Uint8Array(required[0]?.byte_length ?? 64);
      const expected = required.length > 0 ? 'INVALID_PAYLOAD' : 'PARAMETER_MISMATCH';
      expect(await codeOf(await put(digestOf(Uint8Array.of(1)), bytes))).toBe(expected);
      expect(await codeOf(await put('mine', bytes))).toBe('INVALID_REQUEST');
    });

    it('refuses bytes that are no key of this server', async () => {
      const bytes = crypto.getRandomValues(new Uint8Array(64));
      const answer = await put(digestOf(bytes), bytes);
      expect([400, 409]).toContain(answer.status);
      expect(['INVALID_PAYLOAD', 'PARAMETER_MISMATCH', 'DIMENSION_MISMATCH']).toContain(await codeOf(answer));
    });
  });
}
