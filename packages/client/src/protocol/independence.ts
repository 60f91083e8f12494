import { MeshError } from '@sharemesh/wire/errors';
import type { PartyResponse } from '@sharemesh/wire';
import type { PeerIdentity } from '../transport/transport.ts';

/** One party, as far as it can be told from the others. */
export interface PartySigns {
  readonly url: URL;
  readonly answer: PartyResponse;
  readonly connection: PeerIdentity | undefined;
}

const signs: readonly (readonly [name: string, of: (party: PartySigns) => string | undefined])[] = [
  ['URL', ({ url }) => url.href],
  ['origin', ({ url }) => url.origin],
  ['host', ({ url }) => url.hostname],
  ['operator', ({ answer }) => answer.operator.trim().toLowerCase()],
  ['boot nonce', ({ answer }) => answer.boot_nonce],
  ['signing key', ({ answer }) => answer.public_key],
  ['address', ({ connection }) => connection?.address],
  ['TLS key', ({ connection }) => connection?.tlsKey],
];

/**
 * Refuse parties that share any sign of being one and the same: together their shares are the input.
 *
 * That two parties differ in all of them proves nothing; it only keeps honest people from a misconfiguration.
 * @throws MeshError COLOCATED_PARTIES
 */
export function requireIndependent(parties: readonly PartySigns[]): void {
  for (const [name, of] of signs) {
    const seen = new Map<string, PartySigns>();
    for (const party of parties) {
      const sign = of(party);
      if (sign === undefined) continue;
      const other = seen.get(sign);
      if (other) {
        throw new MeshError(
          'COLOCATED_PARTIES',
          `${other.url.origin} and ${party.url.origin} have the same ${name}: they are not independent (see allowColocated)`,
          { party: party.url.origin },
        );
      }
      seen.set(sign, party);
    }
  }
}
