import { MeshError } from '@sharemesh/wire/errors';
import { loadDataset } from './data.ts';
import { confusionMatrix, diagnosePrivately, isMalignant } from './diagnose.ts';
import type { ConfusionMatrix } from './diagnose.ts';
import { trainDiagnosis } from './train.ts';

const PARTIES = 2;

/** One argument: the data file, where it does not lie beside the repository. */
async function main(file: string | undefined): Promise<number> {
  const model = trainDiagnosis(loadDataset(file));
  const { heldOut } = model;
  console.log(`Logistic regression on 30 measurements; ${heldOut.count} patients held out.`);
  console.log(
    `${PARTIES} server processes hold the model, and get one share each of a patient's measurements.\n`,
  );

  const { secret, clear, report } = await diagnosePrivately(model, PARTIES);
  console.log(
    formatMatrices(confusionMatrix(clear, heldOut.labels), confusionMatrix(secret, heldOut.labels)),
  );

  const equal = secret.filter((probability, k) => isMalignant(probability) === isMalignant(clear[k]!)).length;
  const largest = Math.max(...secret.map((probability, k) => Math.abs(probability - clear[k]!)));
  console.log(`\nprivate diagnoses equal to the plaintext ones: ${equal} of ${heldOut.count}`);
  console.log(`largest difference of a probability: ${largest.toExponential(1)}`);
  for (const { party, bytesUp, bytesDown } of report.parties) {
    console.log(`${party}: ${bytesUp} bytes up, ${bytesDown} down, for all patients`);
  }
  return equal === heldOut.count ? 0 : 1;
}

function formatMatrices(clear: ConfusionMatrix, secret: ConfusionMatrix): string {
  const row = (name: string, k: 0 | 1) =>
    `${name}${[...clear[k], ...secret[k]].map((count) => String(count).padStart(11)).join('')}`;
  return [
    '                    in the clear              privately',
    '                benign  malignant     benign  malignant',
    row('is benign   ', 0),
    row('is malignant', 1),
  ].join('\n');
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  if (!MeshError.is(error)) throw error;
  console.error(`error ${error.code}: ${error.message}`);
  process.exitCode = 1;
}
