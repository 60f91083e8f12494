export * from './digit-classifier.ts';
export * from './digits.ts';
export * from './random.ts';
