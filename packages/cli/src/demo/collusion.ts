import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import { centre, fieldFromBytes } from '@sharemesh/shares';

/** Where a server of the demo hands out the share that it drew last. No real server has such a route. */
export const COLLUSION_ROUTE = '/demo/share';

/** The shares, as the servers received them. */
export function askForShares(servers: readonly string[]): Promise<FieldVector[]> {
  return Promise.all(
    servers.map(async (server) => {
      const response = await fetch(new URL(COLLUSION_ROUTE, server));
      return fieldFromBytes(new Uint8Array(await response.arrayBuffer()));
    }),
  );
}

/** Add shares up and read the sum as fixed-point numbers: with all of them, the input. */
export function pool(
  kernels: FieldKernels,
  shares: readonly FieldVector[],
  fractionBits: number,
): Float64Array {
  const sum = shares.reduce((total, share) => kernels.add(total, share));
  return Float64Array.from(sum, (element) => Number(centre(element)) * 2 ** -fractionBits);
}

/** Pearson's correlation of two vectors of one length. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (v: ArrayLike<number>) => Array.from(v).reduce((sum, value) => sum + value, 0) / v.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
