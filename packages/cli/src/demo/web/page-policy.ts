/**
 * The Content Security Policy of the page: scripts, styles and pictures from the page's own address alone, connections to
 * the servers of the demo, and nothing else anywhere.
 *
 * @param servers origins that the page may call
 * @param wasm may the page compile WebAssembly? Without it, the kernels' TypeScript twins do the work.
 * @see https://www.w3.org/TR/CSP3/
 */
export function pagePolicy(servers: readonly string[], { wasm }: { wasm: boolean }): string {
  return [
    "default-src 'none'",
    `script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ''}`,
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${servers.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Of the report of `sharemesh bench`: one file with its styles inside, no script, no request. */
export const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
