import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { seededRandom, shuffle } from '@sharemesh/model/demo';
import { MeshError } from '@sharemesh/wire/errors';

/**
 * Wisconsin diagnostic breast cancer: 569 patients, 30 measurements of cell nuclei in a digitised image, and whether the
 * tumour was malignant. W. Wolberg, O. Mangasarian, N. Street, W. Street, UCI Machine Learning Repository 1993,
 * https://doi.org/10.24432/C5DW2B (CC BY 4.0).
 */
export interface Dataset {
  readonly count: number;
  /** count × 30, row-major. */
  readonly features: Float64Array;
  /** 1 malignant, 0 benign. */
  readonly labels: Uint8Array;
}

export const FEATURES = 30;

/** The data set, as its archive has it. */
const defaultDataFile = fileURLToPath(new URL('../data/wdbc.data', import.meta.url));

/**
 * Read the data set.
 * @throws MeshError DATASET_MISSING, whose message says where to get it; INVALID_DATASET when it is not in its format
 */
export function loadDataset(file: string = defaultDataFile): Dataset {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MeshError(
      'DATASET_MISSING',
      `${file} cannot be read: get wdbc.data from https://doi.org/10.24432/C5DW2B and put it there`,
      { cause },
    );
  }
  return parseDataset(text);
}

/** Lines of: patient number, M or B, 30 measurements; separated by commas. The numbers are not kept. */
export function parseDataset(text: string): Dataset {
  const rows = text.trim().split(/\r?\n/);
  const features = new Float64Array(rows.length * FEATURES);
  const labels = new Uint8Array(rows.length);
  for (const [k, row] of rows.entries()) {
    const [, diagnosis, ...fields] = row.split(',');
    const values = fields.map((field) => (field.trim() === '' ? NaN : Number(field)));
    if (
      (diagnosis !== 'M' && diagnosis !== 'B') ||
      values.length !== FEATURES ||
      !values.every(Number.isFinite)
    ) {
      throw new MeshError(
        'INVALID_DATASET',
        `line ${k + 1} is not a number, M or B, and ${FEATURES} measurements`,
      );
    }
    features.set(values, k * FEATURES);
    labels[k] = diagnosis === 'M' ? 1 : 0;
  }
  return { count: rows.length, features, labels };
}

/** The patients to learn from and the ones to diagnose: 7 in 10 and the rest, the same ones every time. */
export function splitDataset(data: Dataset): { training: Dataset; heldOut: Dataset } {
  const order = Array.from({ length: data.count }, (_, k) => k);
  shuffle(order, seededRandom(1));
  const cut = Math.floor(0.7 * data.count);
  return { training: pick(data, order.slice(0, cut)), heldOut: pick(data, order.slice(cut)) };
}

function pick({ features, labels }: Dataset, patients: readonly number[]): Dataset {
  const picked = new Float64Array(patients.length * FEATURES);
  patients.forEach((k, row) =>
    picked.set(features.subarray(k * FEATURES, (k + 1) * FEATURES), row * FEATURES),
  );
  return { count: patients.length, features: picked, labels: Uint8Array.from(patients, (k) => labels[k]!) };
}

/** The mean and the standard deviation of each measurement. */
export interface Standardization {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Measured on the training patients alone, and published with the model. */
export function fitStandardization({ features, count }: Dataset): Standardization {
  const mean = new Float64Array(FEATURES);
  features.forEach((value, k) => (mean[k % FEATURES]! += value / count));
  const variance = new Float64Array(FEATURES);
  features.forEach((value, k) => (variance[k % FEATURES]! += (value - mean[k % FEATURES]!) ** 2 / count));
  // a column that is constant, up to rounding, has nothing to scale
  const deviation = variance.map((value, k) => (value > (1e-12 * mean[k]!) ** 2 ? Math.sqrt(value) : 1));
  return { mean, deviation };
}

/**
 * (x − mean)/deviation, by the client before it shares x. Folding this into the weights instead would spread them over
 * five orders of magnitude (an area is in the hundreds, a fractal dimension below 0.1), and one scale for the row
 * would cost the small ones their digits.
 *
 * @param features any number of rows of 30, row-major
 */
export function standardize(features: Float64Array, { mean, deviation }: Standardization): Float64Array {
  return features.map((value, k) => (value - mean[k % FEATURES]!) / deviation[k % FEATURES]!);
}
