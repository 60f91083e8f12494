import { networkA, shapeById } from '../../shapes.ts';
import type { Suite } from '../../suite.ts';
import { measureWays } from './ways.ts';

export const compareSuite: Suite = {
  name: 'compare',
  summary: 'plaintext, shares and ciphertexts side by side: time by phase, bytes, error, trust',
  plan: ({ quick, shapes, rtts }) =>
    [shapeById('256x10')!, networkA]
      .filter((shape) => shapes.includes(shape) && !(quick && shape === networkA))
      .map((shape) => ({
        name: `compare/${shape.title}`,
        seconds: (rtts.length + 1) * (quick ? 7 : 30),
        run: (lab) => measureWays(lab, shape),
      })),
};
