import { shapeById } from '../../shapes.ts';
import type { Suite } from '../../suite.ts';
import { measureChecks } from './checks.ts';
import { measureDegraded } from './degraded.ts';
import { measureSchemes } from './schemes.ts';

const SHAPE = shapeById('1024x1024')!;

export const trustSuite: Suite = {
  name: 'trust',
  summary: 'what it costs to check replies, and to go without a party',
  plan({ quick, shapes }) {
    if (!shapes.includes(SHAPE)) return [];
    const seconds = quick ? 8 : 40;
    return [
      { name: 'trust/checks', seconds, run: (lab) => measureChecks(lab, SHAPE) },
      { name: 'trust/schemes', seconds, run: (lab) => measureSchemes(lab, SHAPE) },
      { name: 'trust/degraded', seconds, run: (lab) => measureDegraded(lab, SHAPE) },
    ];
  },
};
