// Checks of what parties reply, for clients with the weights, with check vectors from their owner, and with neither.
export { checkReply, combineCheckVectors, drawCheckVector, sketchShare } from './verification.ts';
export type { CheckVector } from './verification.ts';
export {
  canaryHolds,
  combineSketches,
  computeSketch,
  drawCanary,
  shareCheckKey,
  sketchConflicts,
} from './cross-verification.ts';
export type { SketchBinding, SketchReply } from './cross-verification.ts';
