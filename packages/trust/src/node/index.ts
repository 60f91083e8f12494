// What needs the file system: key files, signed models, issuing check vectors.
export { generatePartyKey } from '../ed25519.ts';
export { createSigningKeys, loadPartyKey, loadPrivatePem, savePartyKey } from './keys.ts';
export type { SigningKeys } from './keys.ts';
export { signModel } from './sign-model.ts';
export type { SignModelOptions } from './sign-model.ts';
export { verifyModel } from './verify-model.ts';
export { issueChecks } from './issue-checks.ts';
