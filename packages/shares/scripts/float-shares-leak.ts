// Why shares are field elements and not reals: what a party can tell from its share of a real-valued sharing
// x = (x − r) + r. Prints the figures that THREAT_MODEL.md quotes, measured next to the theory.
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { encode, shareAdditive } from '../src/index.ts';

const print = (line = '') => process.stdout.write(`${line}\n`);
const cell = (value: number | string) => String(value).padStart(10);

const pool = new BigUint64Array(8_192);
let unused = 0;

/** Uniform in [0, 1) on the grid 2^-53, from the system's generator. */
function uniform(): number {
  if (unused === 0) {
    crypto.getRandomValues(pool);
    unused = pool.length;
  }
  return Number(pool[--unused]! >> 11n) * 2 ** -53;
}

/** Standard normal, by Box and Muller's transform; it comes in pairs. */
let spare: number | undefined;
function normal(): number {
  if (spare !== undefined) {
    const value = spare;
    spare = undefined;
    return value;
  }
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  const angle = 2 * Math.PI * uniform();
  spare = radius * Math.sin(angle);
  return radius * Math.cos(angle);
}

/** The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26), for x ≥ 0. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - polynomial * Math.exp(-x * x);
}

/** How much more often `guess` says "all ones" when it is all ones than when it is all zeros. */
function advantage(trials: number, guess: (x: 0 | 1) => boolean): number {
  let difference = 0;
  for (let trial = 0; trial < trials; trial++) difference += Number(guess(1)) - Number(guess(0));
  return difference / trials;
}

const D = 784;

print(`Gaussian masks: one share of ${D} values, all 0 or all 1. Guess 1 when the mean is above 1/2.`);
print(`${cell('sigma')}${cell('measured')}${cell('theory')}`);
for (const sigma of [1, 3, 10, 30, 100]) {
  const measured = advantage(4_000, (x) => {
    let sum = 0;
    for (let i = 0; i < D; i++) sum += x - sigma * normal();
    return sum > D / 2;
  });
  print(`${cell(sigma)}${cell(measured.toFixed(3))}${cell(erf(Math.sqrt(D / 8) / sigma).toFixed(3))}`);
}

print(
  '\nThe same input sent T times, sigma = 10: the party averages its shares. Error of the value it gets.',
);
print(`${cell('T')}${cell('measured')}${cell('theory')}`);
for (const times of [1, 100, 10_000]) {
  const runs = 100;
  let square = 0;
  for (let run = 0; run < runs; run++) {
    let sum = 0;
    for (let t = 0; t < times; t++) sum += 10 * normal();
    square += (sum / times) ** 2;
  }
  print(
    `${cell(times)}${cell(Math.sqrt(square / runs).toFixed(3))}${cell((10 / Math.sqrt(times)).toFixed(3))}`,
  );
}

print(
  '\nUniform masks r in [-M/2, M/2), a multiple of M·2^-53. A share of x = 0 is on that grid; one of x = 0.1 is not',
);
print('where the float64 is finer than the grid. Guess 0.1 when the share is off the grid.');
print(`${cell('M')}${cell('measured')}`);
for (const exponent of [0, 4, 8, 16, 32]) {
  const range = 2 ** exponent;
  const measured = advantage(50_000, (x) => {
    const share = 0.1 * x - (uniform() - 0.5) * range;
    return !Number.isInteger((share / range) * 2 ** 53);
  });
  print(`${cell(`2^${exponent}`)}${cell(measured.toFixed(3))}`);
}

print(
  `\nWide masks cost accuracy: largest error of W·(x − r) + W·r in float64, ${D} products, |w| about 0.05.`,
);
const needed = Math.log2((Math.sqrt(D) * 2 ** 40) / Math.sqrt(2 * Math.PI));
print(`An advantage of 2^-40 needs sigma = 2^${needed.toFixed(1)}.`);
print(`${cell('sigma')}${cell('error')}`);
for (const exponent of [0, 10, 20, 30, 40, Math.ceil(needed)]) {
  let worst = 0;
  for (let run = 0; run < 50; run++) {
    let [masked, mask, truth] = [0, 0, 0];
    for (let i = 0; i < D; i++) {
      const [w, x, r] = [0.05 * normal(), uniform(), 2 ** exponent * normal()];
      masked += w * (x - r);
      mask += w * r;
      truth += w * x;
    }
    worst = Math.max(worst, Math.abs(masked + mask - truth));
  }
  print(`${cell(`2^${exponent}`)}${cell(worst.toExponential(1))}`);
}

print(
  `\nFor comparison, shares in F_p of the same ${D} values, by the same guess on the centred mean, and by parity.`,
);
const kernels = await loadFieldKernels();
const inputs = [0, 1].map((x) => encode(kernels, new Float64Array(D).fill(x), 24));
const binding = {
  modelDigest: `sha256:${'0'.repeat(64)}`,
  layer: 0,
  requestIds: ['leak-1', 'leak-2'],
  batchSize: 1,
  columns: D,
};
const lastShare = (x: 0 | 1) => shareAdditive(kernels, inputs[x]!, { parties: 2, binding })[1]!.vector;
const trials = 2_000;
const guesses: [string, (share: BigUint64Array) => boolean][] = [
  ['mean', (share) => share.reduce((sum, v) => sum + Number(BigInt.asIntN(61, v)), 0) > 0],
  ['parity', (share) => share.reduce((sum, v) => sum + Number(v & 1n), 0) > D / 2],
];
for (const [name, guess] of guesses) {
  const measured = advantage(trials, (x) => guess(lastShare(x)));
  print(`${cell(name)}${cell(measured.toFixed(3))}  ± ${Math.sqrt(0.5 / trials).toFixed(3)}`);
}
