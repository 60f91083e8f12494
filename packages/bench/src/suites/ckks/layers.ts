import type { FloatLayer } from '@sharemesh/model';
import type { Target } from '../../figure.ts';
import { interleave } from '../../measure/interleave.ts';
import type { Samples } from '../../measure/interleave.ts';
import { ratioOf, summarize } from '../../measure/statistics.ts';
import { hybridDiagonals } from '../../peers/seal/hybrid-diagonals.ts';
import { SEAL_MISSING, loadSeal } from '../../peers/seal/load-seal.ts';
import type { Seal } from '../../peers/seal/load-seal.ts';
import { onePerFeature } from '../../peers/seal/one-per-feature.ts';
import { rotateAndSum } from '../../peers/seal/rotate-and-sum.ts';
import type { SealLayer, SealWay } from '../../peers/seal/seal-layer.ts';
import { formatBytes, formatTime } from '../../quantity.ts';
import { logistic, randomInputs, randomLayers, shapeById } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { openOwnLayer } from './own-layer.ts';
import type { OwnLayer } from './own-layer.ts';
import { ckksTargets } from './targets.ts';

const OWN = 'Sharemesh';
const ROTATE_AND_SUM = 'node-seal, rotate-and-sum';
const DIAGONALS = 'node-seal, diagonals';
const PER_FEATURE = 'node-seal, a ciphertext for each feature';

/** Encrypt, evaluate and decrypt at 256→10, against two ways to do it with rotations. */
export const measureSmallLayer = (lab: Lab): Promise<void> =>
  measure(lab, shapeById('256x10')!, wholeRun, {
    ways: { [ROTATE_AND_SUM]: rotateAndSum, [DIAGONALS]: hybridDiagonals },
    ratios: [
      [ckksTargets.rotateAndSum, ROTATE_AND_SUM],
      [ckksTargets.diagonals, DIAGONALS],
    ],
  });

/** What the server does at 1024², against the better of them. */
export const measureLargeLayer = (lab: Lab): Promise<void> =>
  measure(lab, shapeById('1024x1024')!, (layer) => layer.evaluate(), {
    ways: { [DIAGONALS]: hybridDiagonals },
    ratios: [[ckksTargets.evaluate, DIAGONALS]],
  });

/** A logistic regression, against the way that needs no rotations. */
export const measureFeatures = (lab: Lab): Promise<void> =>
  measure(lab, logistic, wholeRun, { ways: { [PER_FEATURE]: onePerFeature }, ratios: [] });

interface Peers {
  readonly ways: Readonly<Record<string, SealWay>>;
  readonly ratios: readonly (readonly [Target, over: string])[];
}

type Run = (layer: OwnLayer | SealLayer, x: Float64Array) => unknown;

const wholeRun: Run = (layer, x) => {
  layer.encrypt(x);
  layer.evaluate();
  return layer.decrypt();
};

async function measure(lab: Lab, shape: Shape, run: Run, { ways, ratios }: Peers): Promise<void> {
  const { record, productPace, signal } = lab;
  const seal = await loadSeal();
  if (!seal) return record.note(SEAL_MISSING);
  const [layer] = randomLayers(shape) as [FloatLayer];
  const x = randomInputs(shape, 1);
  const own = await openOwnLayer(layer, 'circuit-private');
  const peers = Object.entries(ways).map(([name, way]) => [name, openPeer(seal, way, layer, x)] as const);
  try {
    requireRight(own, layer, x);
    const contenders = [[OWN, own] as const, ...peers];
    const samples = await interleave(
      contenders.map(([name, one]) => ({ name, run: () => run(one, x) })),
      productPace,
      signal,
    );
    for (const [target, over] of ratios) recordRatio(lab, target, samples, over);
    for (const [name, peer] of peers) noteBytes(lab, shape, name, peer, samples);
  } finally {
    own.close();
  }
}

function openPeer(seal: Seal, way: SealWay, layer: FloatLayer, x: Float64Array): SealLayer {
  const peer = way(seal, layer);
  requireRight(peer, layer, x);
  return peer;
}

/** Only what computes the same is compared. @throws {Error} */
function requireRight(one: OwnLayer | SealLayer, layer: FloatLayer, x: Float64Array): void {
  const y = wholeRun(one, x) as Float64Array;
  for (let row = 0; row < layer.outputSize; row++) {
    let expected = 0;
    for (const [j, value] of x.entries()) expected += layer.weights[row * layer.inputSize + j]! * value;
    if (!(Math.abs(y[row]! - expected) < 0.01)) throw new Error('a side of the comparison computes wrongly');
  }
}

function recordRatio({ record }: Lab, target: Target, samples: Samples, over: string): void {
  const [own, peer] = [samples.get(OWN)!, samples.get(over)!];
  const values = [
    { title: OWN, value: summarize(own).median },
    { title: over, value: summarize(peer).median },
  ];
  record.ratio(target, ratioOf(peer, own), { sides: { unit: 'ms', values } });
}

function noteBytes({ record }: Lab, shape: Shape, name: string, peer: SealLayer, samples: Samples): void {
  const { up, down, keys } = peer.bytes();
  const time = (side: string) => formatTime(summarize(samples.get(side)!).median);
  record.note(
    `${shape.title} on ciphertexts in one process: ${OWN} ${time(OWN)}; ${name} ${time(name)}, ` +
      `${formatBytes(up)} up, ${formatBytes(down)} down, ${formatBytes(keys)} of evaluation keys.`,
  );
}
