import { MeshError } from '@sharemesh/client';

/**
 * Holds back the errors that say something of decrypted values until the last request has gone out: a server that chose
 * its replies must not learn of them from the request that does not come. All other errors are the servers' doing, and end
 * a run at once.
 */
export class HeldRefusals {
  #first: MeshError | undefined;

  /** What `work` gives, or undefined where its values left the range. */
  async hold<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (!MeshError.is(error) || error.code !== 'OUTPUT_OUT_OF_RANGE') throw error;
      this.#first ??= error;
      return undefined;
    }
  }

  /** @throws the first of them */
  release(): void {
    if (this.#first) throw this.#first;
  }
}
