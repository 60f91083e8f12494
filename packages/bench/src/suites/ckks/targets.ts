import { atLeast, atMost, target } from '../../targets.ts';

/** What ciphertexts are held against; circuit-private unless it says otherwise. */
export const ckksTargets = {
  logistic: target('ckks-8-1', '8→1 on ciphertexts, whole call over HTTP', 'ms', atMost(5, 2)),
  logisticUp: target('ckks-8-1-up', '8→1 on ciphertexts, bytes up', 'kB', atMost(50)),
  logisticPublic: target('ckks-8-1-public', '8→1, public-model tier, whole call', 'ms', atMost(2, 1)),
  logisticPublicUp: target('ckks-8-1-public-up', '8→1, public-model tier, bytes up', 'kB', atMost(14.5)),
  logisticPublicDown: target(
    'ckks-8-1-public-down',
    '8→1, public-model tier, bytes down',
    'kB',
    atMost(14.5),
  ),
  rotateAndSum: target(
    'ckks-256-10-rotate-and-sum',
    '256→10, faster than SEAL’s rotate-and-sum',
    '×',
    atLeast(20, 100),
  ),
  diagonals: target('ckks-256-10-diagonals', '256→10, faster than SEAL’s diagonals', '×', atLeast(4, 15)),
  evaluate: target(
    'ckks-1024-diagonals',
    '1024² evaluated, faster than SEAL’s diagonals',
    '×',
    atLeast(8, 25),
  ),
  transform: target('ckks-ntt', 'NTT, N = 8192, by the bit, faster than SEAL', '×', atLeast(3, 4)),
  networkA: target('ckks-network-a', 'Network A on ciphertexts, one digit over HTTP', 'ms', atMost(60, 20)),
  agreement: target('ckks-argmax', 'Network A, digits with the argmax of float64', '%', atLeast(99.8, 100)),
  logitError: target('ckks-logits', 'Network A, largest logit error', '', atMost(1e-2, 1e-3)),
  bundle: target('ckks-bundle', 'what ciphertexts add to a page, gzipped', 'kB', atMost(60, 35)),
} as const;
