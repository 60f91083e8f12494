import { MeshError } from '@sharemesh/wire/errors';
import { checkReply, sketchShare } from '@sharemesh/shares/checks';
import type { CheckVector } from '@sharemesh/shares/checks';
import type { FieldVector, Share } from '@sharemesh/shares/core';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';

/**
 * Replies that one check vector may refuse. A refusal tells a liar one direction r is not orthogonal to, so the next lie
 * passes with probability 1/(p − refusals): over all of these together, with less than 2^-40.
 */
const MOST_REFUSALS = 2 ** 20;

export interface ReplyChecksOptions {
  readonly kernels: VectorKernels;
  /** One for each layer. */
  readonly vectors: readonly CheckVector[];
  /** Another vector for a layer, where the client can make one by itself. */
  readonly redraw?: (layer: number) => CheckVector;
  readonly mostRefusals?: number;
}

/** What replies to these shares, of `batch` rows each, must satisfy. */
export type Expectation = (
  shares: readonly Share[],
  batch: number,
) => (index: number, reply: FieldVector) => boolean;

/** The check vectors of a connection, and how often each has refused a reply. */
export class ReplyChecks {
  readonly #options: ReplyChecksOptions;
  readonly #vectors: CheckVector[];
  readonly #refusals: number[];

  constructor(options: ReplyChecksOptions) {
    this.#options = options;
    this.#vectors = [...options.vectors];
    this.#refusals = options.vectors.map(() => 0);
  }

  /**
   * The check of one sharing. A vector that has refused a reply is replaced first where that is possible, and used on
   * within its limit where it is not: neither depends on any input, as a refusal does not.
   *
   * @throws MeshError CHECKS_SPENT before anything is sent
   */
  begin(layer: number): Expectation {
    const { kernels, redraw, mostRefusals = MOST_REFUSALS } = this.#options;
    if (redraw && this.#refusals[layer]! > 0) {
      this.#vectors[layer] = redraw(layer);
      this.#refusals[layer] = 0;
    }
    if (this.#refusals[layer]! >= mostRefusals) {
      throw new MeshError(
        'CHECKS_SPENT',
        `the check vector of layer ${layer} has refused ${mostRefusals} replies`,
      );
    }
    const vector = this.#vectors[layer]!;
    return (shares, batch) => {
      const sketches = shares.map((share) => sketchShare(kernels, vector, share.vector, batch));
      return (index, reply) => {
        const holds = checkReply(kernels, vector, sketches[index]!, reply);
        if (!holds) this.#refusals[layer]!++;
        return holds;
      };
    };
  }
}
