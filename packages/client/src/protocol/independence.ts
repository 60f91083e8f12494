import { MeshError } from '@sharemesh/wire/errors';
import type { PartySigns } from './party-signs.ts';

/** The more telling first: errors name the first that two parties share. */
const signs: readonly (readonly [name: string, of: (party: PartySigns) => string | undefined])[] = [
  ['URL', ({ url }) => url.href],
  ['origin', ({ url }) => url.origin],
  ['operator', ({ answer }) => plainName(answer.operator)],
  ['boot nonce', ({ answer }) => answer.boot_nonce],
  ['signing key', ({ answer }) => answer.public_key],
  ['TLS key', ({ connection }) => connection?.tlsKey],
  ['address', ({ connection }) => connection?.address && plainHost(connection.address)],
  ['host', ({ url }) => plainHost(url.hostname)],
];

/**
 * What speaks against sharing between two parties: any sign of being one and the same, as their shares together would say
 * more than one. That they differ in all signs proves nothing; it only keeps honest people from a misconfiguration.
 * @returns COLOCATED_PARTIES
 */
export function conflictOf(one: PartySigns, other: PartySigns): MeshError | undefined {
  const sign = signs.find(([, of]) => of(one) !== undefined && of(one) === of(other))?.[0];
  if (sign === undefined) return undefined;
  const what = `${one.party} and ${other.party} have the same ${sign}`;
  return new MeshError('COLOCATED_PARTIES', `${what}: they are not independent (see allowColocated)`, {
    party: other.party,
  });
}

/** A host or address in one spelling; all that lead to this very machine have one in common. */
function plainHost(host: string): string {
  const plain = host
    .toLowerCase()
    .replace(/^\[|\]$|\.$|%.*$/g, '')
    // IPv4 within IPv6 (RFC 4291 §2.5.5.2), as sockets and as URLs write it
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/^::ffff:([0-9a-f]+):([0-9a-f]+)$/, (_, high: string, low: string) =>
      [high, low].flatMap((half) => [parseInt(half, 16) >> 8, parseInt(half, 16) & 255]).join('.'),
    );
  return /^(localhost|.+\.localhost|127\..+|0\.0\.0\.0|::1?)$/.test(plain) ? 'localhost' : plain;
}

/** A name without what people write differently: case, width, spaces, punctuation. */
function plainName(name: string): string {
  const plain = name.normalize('NFKC').toUpperCase().normalize('NFKC');
  return plain.replace(/[^\p{L}\p{M}\p{N}]/gu, '') || plain;
}
