export * from './engine.ts';
export * from './refusal.ts';
