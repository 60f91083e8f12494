/**
 * log2 of what the primal lattice attack costs against RLWE with a uniform ternary secret: the estimate of Alkim, Ducas,
 * Pöppelmann and Schwabe ("Post-quantum key exchange: a new hope", section 6), the secret scaled to the size of the error
 * (Bai and Galbraith, "Lattice decoding attacks on binary LWE"), at 2^(0.292·β + log2(8·d) + 16.4) for block size β in
 * dimension d (Becker, Ducas, Gama, Laarhoven, "New directions in nearest neighbor searching").
 *
 * One attack under one cost model: it compares parameters with each other. What is claimed is the guidelines' table.
 */
export function primalAttackBits(degree: number, modulusBits: number, deviation: number): number {
  for (let blockSize = 100; ; blockSize++) {
    const delta = log2Delta(blockSize);
    for (let samples = degree / 4; samples <= 2 * degree; samples += 16) {
      const dimension = degree + samples + 1;
      const volume = samples * modulusBits + degree * Math.log2(deviation / Math.sqrt(2 / 3));
      const target = Math.log2(deviation) + Math.log2(blockSize) / 2;
      if (target <= (2 * blockSize - dimension - 1) * delta + volume / dimension) {
        return 0.292 * blockSize + Math.log2(8 * dimension) + 16.4;
      }
    }
  }
}

/** log2 of the root Hermite factor that block size β reaches. */
const log2Delta = (blockSize: number): number =>
  (Math.log2(Math.PI * blockSize) / blockSize + Math.log2(blockSize / (2 * Math.PI * Math.E))) /
  (2 * (blockSize - 1));
