import type SEAL from 'node-seal';

/** Microsoft SEAL as node-seal has it; its types describe another build than the one that Node loads. */
export type Seal = Awaited<ReturnType<typeof SEAL.default>>;

export type CipherText = ReturnType<Seal['CipherText']>;
export type PlainText = ReturnType<Seal['PlainText']>;

/** What is said where the peer is missing. */
export const SEAL_MISSING =
  'node-seal is not installed, so there is nothing to compare ciphertexts with: npm i node-seal@6.0.3';

/** SEAL in WebAssembly, or undefined where it is not installed. It is a peer to compare with; nothing else needs it. */
export async function loadSeal(): Promise<Seal | undefined> {
  const module = await import('node-seal').catch(() => undefined);
  if (!module) return undefined;
  const load = module.default as unknown as { default?: () => Promise<Seal> } & (() => Promise<Seal>);
  return (load.default ?? load)();
}
