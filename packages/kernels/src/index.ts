export * from './field/index.ts';
