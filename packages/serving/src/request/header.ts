import type { AppContext } from '../context.ts';

/** A request header by its lower-case name: from Node's parsed headers where there are any, which costs least. */
export function header(c: AppContext, name: string): string | undefined {
  const incoming = c.env?.incoming;
  if (!incoming) return c.req.header(name);
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : undefined;
}
