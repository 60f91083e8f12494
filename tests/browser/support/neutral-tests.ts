/**
 * Test files that need nothing of Node: what runs in a page must give the same there, and these show it.
 *
 * Left out, because what they test runs in Node alone: the bridge's tests in `client/test/ckks`, which go
 * through the server's routes, folders named `node`, kernels in worker threads among them, undici, TLS, real sockets and bundle sizes; `codec` and `privacy` of `rlwe`, which are a server's defence; `session`, which puts watched kernels in place of the kernels; and
 * `interop`, whose other side is a Node build of SEAL.
 */
export const NEUTRAL_TESTS = [
  'packages/wire/test/*.test.ts',
  'packages/kernels/test/{field,rlwe}/*.test.ts',
  'packages/shares/test/*.test.ts',
  'packages/rlwe/test/{linear,ring}/*.test.ts',
  'packages/client/test/!(independence|size|undici-transport|verification).test.ts',
];
