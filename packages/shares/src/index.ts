export * from './core.ts';
export * from './threshold.ts';
export * from './checks.ts';
export * from './party.ts';
