import type { Fault } from '../fault.ts';
import { rlweFaults } from './rlwe.ts';

export const faults: readonly Fault[] = [...rlweFaults];
