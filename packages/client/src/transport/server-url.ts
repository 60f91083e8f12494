import { MeshError } from '@sharemesh/wire/errors';

/**
 * The address of a server, ending in a slash so that routes can be appended.
 *
 * Only https, or http to this very machine; whoever reads the traffic of all parties has all the shares.
 * @throws MeshError INVALID_OPTION, or INSECURE_URL unless `allowInsecure`
 */
export function parseServerUrl(text: string, allowInsecure: boolean): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // the same error as for another protocol
  }
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new MeshError('INVALID_OPTION', 'a server is given by an absolute URL of https or http');
  }
  // a URL appears in errors and logs: nothing secret belongs into it
  if (url.username || url.password || url.search || url.hash) {
    throw new MeshError(
      'INVALID_OPTION',
      `the URL of ${url.origin} must not hold a user, a query or a fragment`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecure) {
    throw new MeshError(
      'INSECURE_URL',
      `${url.origin} is neither https nor on this machine (see allowInsecure)`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** RFC 6761 §6.3, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3; the URL parser has already normalised the address. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** What a server is called: its URL without the slash at its end. Two servers may stand under one origin, by their paths. */
export const nameOf = ({ href }: URL): string => href.replace(/\/$/, '');
