import { MeshError } from '@sharemesh/wire/errors';

/** TLS towards the parties. All certificates are PEM. */
export interface TlsOptions {
  /** Trust these authorities only, instead of the system's. */
  readonly ca?: string | readonly string[];
  /** The client's own certificate and key, where the parties ask for one. */
  readonly cert?: string;
  readonly key?: string;
  /**
   * SHA-256 of the SubjectPublicKeyInfo by server, base64 (the `pin-sha256` of RFC 7469): a party with another key is
   * refused before a byte is sent, whoever signed its certificate. A server is named by its URL, or by host and port.
   */
  readonly pins?: Readonly<Record<string, string>>;
}

/**
 * The pins by origin, in the spelling that URLs have: a pin that no connection would be held to is refused here.
 * @throws MeshError INVALID_OPTION
 */
export function readPins(pins: Readonly<Record<string, string>> = {}): Map<string, string> {
  const byOrigin = new Map<string, string>();
  for (const [name, pin] of Object.entries(pins)) {
    const origin = originOf(name);
    if (origin === undefined) {
      throw new MeshError(
        'INVALID_OPTION',
        'tls.pins names a server that is no https URL, and no host and port',
      );
    }
    if (!/^[A-Za-z0-9+/]{43}=$/.test(pin)) {
      throw new MeshError('INVALID_OPTION', `tls.pins of ${origin} is not the base64 of 32 bytes`);
    }
    if ((byOrigin.get(origin) ?? pin) !== pin) {
      throw new MeshError('INVALID_OPTION', `tls.pins has two pins for ${origin}`);
    }
    byOrigin.set(origin, pin);
  }
  return byOrigin;
}

/**
 * Refuse a pin that is for none of the servers: it would protect nothing.
 * @throws MeshError INVALID_OPTION
 */
export function requirePinsOf(servers: readonly string[], pins: TlsOptions['pins']): void {
  const origins = new Set(servers.map((server) => originOf(String(server))));
  for (const origin of readPins(pins).keys()) {
    if (!origins.has(origin)) {
      throw new MeshError('INVALID_OPTION', `tls.pins has a pin for ${origin}, which is none of the servers`);
    }
  }
}

/** A host may come without its scheme; over http there is no key to pin. */
function originOf(name: string): string | undefined {
  try {
    const url = new URL(name.includes('://') ? name : `https://${name}`);
    return url.protocol === 'https:' && url.hostname !== '' ? url.origin : undefined;
  } catch {
    return undefined;
  }
}
