import { loadRlweKernels, writeNttTables } from '@sharemesh/kernels/rlwe';
import { interleave } from '../../measure/interleave.ts';
import { ratioOf, summarize } from '../../measure/statistics.ts';
import { SEAL_MISSING, loadSeal } from '../../peers/seal/load-seal.ts';
import { sealTransform } from '../../peers/seal/transform.ts';
import type { Lab } from '../../suite.ts';
import { ckksTargets } from './targets.ts';

const DEGREE = 8192;
/** The largest prime below 2^30 that is 1 modulo 2·8192. */
const PRIME = 1_073_692_673;
const PRIME_BITS = 30;
/** Words of the primes differ, so times are by the bit of modulus: these many bits are what the sides are given for. */
const PER_BITS = 30;

/** One NTT of 8192 coefficients, on each side by as many bits as the modulus has. */
export async function measureTransform({ record, productPace, signal }: Lab): Promise<void> {
  const seal = await loadSeal();
  if (!seal) return record.note(SEAL_MISSING);
  const peer = sealTransform(seal);
  const kernels = await loadRlweKernels();
  const tables = writeNttTables(kernels, DEGREE, PRIME);
  const element = kernels.allocate(DEGREE);
  kernels.words(element, DEGREE).forEach((_, i, words) => (words[i] = (i * 40_503) % PRIME));

  const titles = ['Sharemesh', 'node-seal'] as const;
  const samples = await interleave(
    [
      { name: titles[0], run: () => kernels.ntt(element, tables, DEGREE, PRIME) },
      { name: titles[1], run: peer.run },
    ],
    productPace,
    signal,
  );
  const scaled = (title: string, bits: number) => samples.get(title)!.map((ms) => (ms * PER_BITS) / bits);
  const [own, other] = [scaled(titles[0], PRIME_BITS), scaled(titles[1], peer.bits)];
  record.ratio(ckksTargets.transform, ratioOf(other, own), {
    sides: {
      unit: 'ms',
      values: [
        { title: `${titles[0]}, ${PER_BITS} bits`, value: summarize(own).median },
        { title: `${titles[1]}, likewise`, value: summarize(other).median },
      ],
    },
  });
}
