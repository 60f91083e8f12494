export * from './infer.ts';
export * from './report.ts';
