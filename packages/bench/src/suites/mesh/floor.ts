import type { Shape } from '../../shapes.ts';

export interface Floor {
  /** Bytes. */
  readonly up: number;
  readonly down: number;
}

/**
 * The least that additive sharing with seeds takes: up, one vector of 8 bytes an element and a seed of 32 for every other
 * party; down, a vector from each party. With requests prepared ahead the call itself is an exchange with one party.
 */
export function sharesFloor({ sizes }: Shape, batch: number, parties: number, prepared = false): Floor {
  const layers = sizes.length - 1;
  const inputs = sum(sizes.slice(0, -1));
  const outputs = sum(sizes.slice(1));
  return prepared
    ? { up: 8 * inputs * batch, down: 8 * outputs * batch }
    : { up: 8 * inputs * batch + 32 * (parties - 1) * layers, down: 8 * outputs * batch * parties };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
