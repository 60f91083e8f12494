import type { Pace } from './measure/interleave.ts';

/**
 * W·x in this process: many short samples, each long enough for the clock, and short enough that on a busy machine
 * most of them are over before another process gets its turn.
 */
export const productPace = (quick: boolean): Pace => ({
  rounds: quick ? 61 : 301,
  budgetMs: quick ? 1_200 : 12_000,
  minRounds: 5,
  sampleMs: quick ? 0.3 : 1,
  warmUpMs: quick ? 60 : 250,
  mostWarmUps: 10_000,
});

/** Calls over HTTP: each is a sample. */
export const callPace = (quick: boolean): Pace => ({
  rounds: quick ? 60 : 400,
  budgetMs: quick ? 2_500 : 25_000,
  minRounds: 5,
  sampleMs: 0,
  warmUpMs: quick ? 150 : 600,
  mostWarmUps: quick ? 150 : 600,
});
