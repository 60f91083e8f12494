import type { SchemeContract } from './scheme.ts';
import { shares } from './shares.ts';

/** Every scheme that the suite can make requests for. */
export const schemes: readonly SchemeContract[] = [shares];
