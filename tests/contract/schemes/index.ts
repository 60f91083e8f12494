import { ciphertexts } from './ciphertexts.ts';
import type { SchemeContract } from './scheme.ts';
import { shares } from './shares.ts';

/** Every scheme that the suite can make requests for. */
export const schemes: readonly SchemeContract[] = [shares, ciphertexts('ckks'), ciphertexts('bfv')];
