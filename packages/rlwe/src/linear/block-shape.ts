/**
 * How a layer is cut into polynomial products. A block is `blockRows` × `blockColumns` weights in one plaintext; an input
 * ciphertext holds `blockColumns` columns of `batchRows` inputs, a reply `blockRows` outputs of each.
 *
 * blockRows·blockColumns·batchRows ≤ n, so that no two products meet in a coefficient that is read.
 */
export interface BlockShape {
  readonly blockColumns: number;
  readonly blockRows: number;
  /** Blocks along the columns: input ciphertexts for each group of rows of the batch. */
  readonly columnBlocks: number;
  /** Blocks along the rows: replies for each group. */
  readonly rowBlocks: number;
  /** Rows of a batch that share a ciphertext. */
  readonly batchRows: number;
}

export interface ShapeLimits {
  readonly degree: number;
  /** Primes of the modulus. */
  readonly limbs: number;
  /** Primes of a reply. */
  readonly replyLimbs: number;
  /** Most outputs in one reply. */
  readonly maxOutputs: number;
  readonly circuitPrivate: boolean;
}

/**
 * Costs in transforms of one residue (about 10 µs at n = 4096), measured on the kernels; a kilobyte on the wire counts as
 * 0.4: 8 ns a byte, a network of 1 Gbit/s.
 */
const COST = {
  uniform: 1.2,
  error: 2.2,
  transform: 1,
  pointwise: 0.5,
  packing: 0.2,
  product: 0.17,
  kilobyte: 0.4,
};

/** Of one input ciphertext: the client encrypts it, the server expands its uniform half. */
const inputCost = ({ degree, limbs }: ShapeLimits): number =>
  COST.error +
  limbs * (2 * COST.uniform + COST.transform + COST.pointwise + 2 * COST.packing) +
  wire(degree, limbs);

/** Of one reply on the server: back to coefficients, re-randomised in the circuit-private tier. */
function maskedReplyCost(limbs: number, replyLimbs: number, circuitPrivate: boolean): number {
  const masking = circuitPrivate ? limbs * (COST.transform + 4 * COST.pointwise) + 2 * COST.uniform : 0;
  return masking + limbs * (2 * COST.transform + COST.pointwise) + replyLimbs * COST.packing;
}

/** Of one reply on both sides: the client decrypts it. */
function replyCost({ degree, limbs, replyLimbs, circuitPrivate }: ShapeLimits): number {
  const client = replyLimbs * (2 * COST.transform + COST.pointwise + COST.packing);
  return maskedReplyCost(limbs, replyLimbs, circuitPrivate) + client + wire(degree, replyLimbs);
}

/** What evaluating one group of inputs costs the server, in transforms of 4,096 coefficients. */
export function evaluationCost(
  { columnBlocks, rowBlocks }: BlockShape,
  limits: Omit<ShapeLimits, 'maxOutputs'>,
): number {
  const { degree, limbs, replyLimbs, circuitPrivate } = limits;
  const inputs = columnBlocks * limbs * (COST.uniform + COST.packing);
  const replies = rowBlocks * maskedReplyCost(limbs, replyLimbs, circuitPrivate);
  const products = columnBlocks * rowBlocks * limbs * COST.product;
  return ((inputs + replies + products) * degree) / 4096;
}

const wire = (degree: number, limbs: number) => (COST.kilobyte * degree * limbs * 30) / 8192;

/** The shape of least cost for an m×d layer and one row of input. */
export function chooseShape(rows: number, columns: number, limits: ShapeLimits): BlockShape {
  const { degree, limbs, maxOutputs } = limits;
  const [input, reply] = [inputCost(limits), replyCost(limits)];
  let best: BlockShape | undefined;
  let lowest = Infinity;
  for (const [blockColumns, columnBlocks] of columnCuts(columns, degree)) {
    const fit = Math.min(rows, maxOutputs, Math.floor(degree / blockColumns));
    const rowBlocks = Math.ceil(rows / fit);
    const cost = columnBlocks * input + rowBlocks * reply + columnBlocks * rowBlocks * limbs * COST.product;
    if (cost >= lowest) continue;
    lowest = cost;
    const blockRows = Math.ceil(rows / rowBlocks);
    const room = Math.floor(degree / (blockRows * blockColumns));
    const batchRows = Math.max(1, Math.min(room, Math.floor(maxOutputs / blockRows)));
    best = { blockColumns, blockRows, columnBlocks, rowBlocks, batchRows };
  }
  return best!;
}

/**
 * The ways to cut columns into blocks of at most `degree`, each with the fewest blocks of its width: about 2·√columns of
 * them, so that planning takes little time whatever sizes a server announces.
 */
export function* columnCuts(
  columns: number,
  degree: number,
): Generator<[blockColumns: number, columnBlocks: number]> {
  let width = Math.min(columns, degree);
  while (width >= 1) {
    const columnBlocks = Math.ceil(columns / width);
    const blockColumns = Math.ceil(columns / columnBlocks);
    yield [blockColumns, columnBlocks];
    width = blockColumns - 1;
  }
}

/** Where column j of the b-th input of a group stands. */
export const inputPosition = (shape: BlockShape, b: number, j: number): number =>
  b * shape.blockRows * shape.blockColumns + j;

/** Where the weight of row r, column j of a block stands: columns reversed, so that a product sums them. */
export const weightPosition = (shape: BlockShape, r: number, j: number): number =>
  r * shape.blockColumns + shape.blockColumns - 1 - j;

/** Where output r of the b-th input is read. */
export const outputPosition = (shape: BlockShape, b: number, r: number): number =>
  (b * shape.blockRows + r + 1) * shape.blockColumns - 1;
