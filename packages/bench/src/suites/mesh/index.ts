import { networkA, shapeById } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Step, Suite } from '../../suite.ts';
import { measureBytes } from './bytes.ts';
import { measureShape } from './calls.ts';
import { measureFirstAnswer } from './first-answer.ts';
import { measureHealth } from './health.ts';
import { measureMemory } from './memory.ts';
import { measureRoute } from './route.ts';
import { measureRoundTrips } from './round-trips.ts';
import { measureThroughput } from './throughput.ts';

const SMALL = shapeById('784x128')!;
const MIDDLE = shapeById('1024x1024')!;
const LARGE = shapeById('4096x4096')!;

export const meshSuite: Suite = {
  name: 'mesh',
  summary: 'whole private inferences over HTTP against the same model in the clear',
  plan(scope) {
    const { quick, shapes } = scope;
    /** A step for each of these shapes that is asked for. */
    const when = (candidates: readonly Shape[], step: (shape: Shape) => Step): Step[] =>
      candidates.filter((shape) => shapes.includes(shape)).map(step);
    const called = shapes.filter((shape) => !quick || shape !== LARGE);
    const far = scope.rtts.length === 0 ? [] : quick ? [MIDDLE] : [networkA, MIDDLE];
    return [
      ...when(called, (shape) => ({
        name: `mesh/calls/${shape.title}`,
        seconds: (quick ? 6 : 45) * scope.batches.length,
        run: (lab) => measureShape(lab, shape),
      })),
      { name: 'mesh/bytes', seconds: 3, run: (lab) => measureBytes(lab) },
      ...when(far, (shape) => ({
        name: `mesh/round trips/${shape.title}`,
        seconds: scope.rtts.length * (quick ? 4 : 15),
        run: (lab) => measureRoundTrips(lab, shape),
      })),
      ...when([SMALL, MIDDLE], (shape) => ({
        name: `mesh/throughput/${shape.title}`,
        seconds: quick ? 6 : 40,
        run: (lab) => measureThroughput(lab, shape),
      })),
      ...when([SMALL], (shape) => ({
        name: `mesh/route/${shape.title}`,
        seconds: quick ? 4 : 20,
        run: (lab) => measureRoute(lab, shape),
      })),
      ...when([LARGE], (shape) => ({
        name: `mesh/health/${shape.title}`,
        seconds: quick ? 8 : 25,
        run: (lab) => measureHealth(lab, shape),
      })),
      ...when([LARGE], (shape) => ({
        name: `mesh/memory/${shape.title}`,
        seconds: 8,
        run: (lab) => measureMemory(lab, shape),
      })),
      ...when([networkA], (shape) => ({
        name: `mesh/first answer/${shape.title}`,
        seconds: quick ? 4 : 12,
        run: (lab) => measureFirstAnswer(lab, shape),
      })),
    ];
  },
};
