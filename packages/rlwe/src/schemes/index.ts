import { bfv } from './bfv.ts';
import { ckks } from './ckks.ts';
import type { HeScheme } from './he-scheme.ts';

export type SchemeName = HeScheme['name'];

export const schemes: Readonly<Record<SchemeName, HeScheme>> = { ckks, bfv };
