import type { AccessToken } from '../../access/access-options.ts';
import { MeshError, parseJson } from '@sharemesh/wire';
import * as z from 'zod/mini';
import { readSetting } from './read-setting.ts';

const Tokens = z
  .array(
    z.strictObject({
      name: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)),
      /** SHA-256 of the token: `printf %s "$TOKEN" | sha256sum`. */
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      scopes: z.array(z.enum(['read', 'infer', 'keys'])).check(z.minLength(1)),
    }),
  )
  .check(z.minLength(1), z.maxLength(10_000));

/**
 * The tokens that a server takes, from a JSON file: `[{ "name", "sha256", "scopes": ["read", "infer"] }]`. It holds no
 * secrets, only digests of tokens that were drawn at random.
 * @throws MeshError INVALID_CONFIG
 */
export async function readTokens(path: string): Promise<AccessToken[]> {
  const parsed = Tokens.safeParse(readJson(await readSetting('tokens', path)));
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new MeshError('INVALID_CONFIG', `the tokens file does not fit at ${at || 'its root'}`);
  }
  if (new Set(parsed.data.map(({ name }) => name)).size < parsed.data.length) {
    throw new MeshError('INVALID_CONFIG', 'two tokens in the file have the same name');
  }
  return parsed.data;
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new MeshError('INVALID_CONFIG', 'the tokens file is not JSON', { cause });
  }
}
