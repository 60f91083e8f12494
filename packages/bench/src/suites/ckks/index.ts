import { networkA, shapeById } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Step, Suite } from '../../suite.ts';
import { measureBundle } from './bundle.ts';
import { measureFeatures, measureLargeLayer, measureSmallLayer } from './layers.ts';
import { measureLogistic } from './logistic.ts';
import { measureNetworkA } from './network-a.ts';
import { measureTransform } from './transform.ts';

export const ckksSuite: Suite = {
  name: 'ckks',
  summary: 'ciphertexts on one server, against the same layers through node-seal',
  plan({ quick, shapes }) {
    const when = (shape: Shape, step: Step): Step[] => (shapes.includes(shape) ? [step] : []);
    return [
      { name: 'ckks/transform', seconds: quick ? 3 : 14, run: measureTransform },
      ...when(shapeById('256x10')!, {
        name: 'ckks/layer/256→10',
        seconds: quick ? 5 : 20,
        run: measureSmallLayer,
      }),
      ...when(shapeById('1024x1024')!, {
        name: 'ckks/layer/1024²',
        seconds: quick ? 12 : 25,
        run: measureLargeLayer,
      }),
      { name: 'ckks/layer/8→1', seconds: quick ? 3 : 14, run: measureFeatures },
      { name: 'ckks/calls/8→1', seconds: quick ? 6 : 40, run: measureLogistic },
      ...when(networkA, {
        name: 'ckks/calls/Network A',
        seconds: quick ? 12 : 60,
        run: measureNetworkA,
      }),
      { name: 'ckks/bundle', seconds: 2, run: measureBundle },
    ];
  },
};
