export * from './core.ts';
export * from './threshold.ts';
export {
  canaryHolds,
  combineSketches,
  computeSketch,
  drawCanary,
  shareCheckKey,
  sketchConflicts,
} from './cross-verification.ts';
export type { SketchBinding, SketchReply } from './cross-verification.ts';
