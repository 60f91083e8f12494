export { createEvaluator } from './evaluator.ts';
export type { Evaluator, EvaluatorLayer, ExpandedKey } from './evaluator.ts';
export { planModel } from './linear/layer-plan.ts';
export type { LayerInfo, LayerPlan } from './linear/layer-plan.ts';
export type { RingParameters, Tier } from './rlwe/parameters.ts';
export type { SchemeName } from './schemes/index.ts';
