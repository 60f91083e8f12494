import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../refusal.ts';
import type { AccessToken, Scope } from './access-options.ts';

/** RFC 6750 §2.1, with a bound. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/**
 * Finds whose token an Authorization header carries. Digests are compared, all of them and in constant time, so that
 * how long it takes says nothing about the tokens.
 */
export class Authenticator {
  readonly #tokens: readonly { readonly token: AccessToken; readonly digest: Buffer }[];

  /** @throws Error for a digest that is not one, or two tokens of one name */
  constructor(tokens: readonly AccessToken[]) {
    this.#tokens = tokens.map((token) => {
      if (!/^[0-9a-f]{64}$/.test(token.sha256))
        throw new Error(`token ${token.name}: sha256 has 64 hex digits`);
      return { token, digest: Buffer.from(token.sha256, 'hex') };
    });
    if (new Set(tokens.map(({ name }) => name)).size < tokens.length) {
      throw new Error('two tokens have the same name');
    }
  }

  /**
   * The name of the token's holder.
   * @throws Refusal UNAUTHENTICATED, FORBIDDEN
   */
  authorize(authorization: string | undefined, scope: Scope): string {
    const presented = BEARER.exec(authorization ?? '')?.[1];
    if (presented === undefined) throw unauthenticated('send Authorization: Bearer and a token');
    const digest = createHash('sha256').update(presented).digest();
    let found: AccessToken | undefined;
    for (const known of this.#tokens) if (timingSafeEqual(known.digest, digest)) found = known.token;
    if (!found) throw unauthenticated('the token is not known here');
    if (!found.scopes.includes(scope)) {
      throw new Refusal('FORBIDDEN', `the token lacks the scope ${scope}`, {
        'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"`,
      });
    }
    return found.name;
  }
}

const unauthenticated = (detail: string) =>
  new Refusal('UNAUTHENTICATED', detail, { 'www-authenticate': 'Bearer' });
