import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveBundle } from '@sharemesh/model/node';
import { startParties } from 'sharemesh';
import { compare, importNetworkA, isGoodEnough } from './compare.ts';
import type { Comparison } from './compare.ts';
import { defaultFolder, networkFile } from './files.ts';
import { loadDigits } from './mnist.ts';

const PRECISIONS = [28, 14] as const;
const PARTIES = [2, 3];

/** One argument: the folder with `models/` and `data/`, where it does not lie beside the repository. */
async function main(folder: string = defaultFolder): Promise<number> {
  const file = networkFile(folder);
  if (!existsSync(file)) {
    console.error(
      `error DATASET_MISSING: ${file} is absent (see examples/network-a/README.md for what is needed)`,
    );
    return 1;
  }
  const safetensors = await readFile(file);
  const digits = loadDigits(join(folder, 'data'), 8_000, 10_000);
  const models = PRECISIONS.map((bits) => importNetworkA(safetensors, bits));
  const bundles = await mkdtemp(join(tmpdir(), 'sharemesh-network-a-'));
  const results: Comparison[] = [];
  try {
    const folders = models.map(({ bundle }) => join(bundles, bundle.manifest.model_id));
    for (const [k, { bundle }] of models.entries()) await saveBundle(folders[k]!, bundle);
    console.log(
      'Network A, 784→128→128→10, ReLU; digits 8000–9999 of the MNIST test set; every server a process\n',
    );
    console.log(
      'bits  parties  argmax as float64  largest logit difference  accuracy  float64   kB/digit  ms/digit',
    );
    for (const parties of PARTIES) {
      const servers = await startParties({ parties, models: folders });
      try {
        for (const model of models) {
          const result = await compare(model, digits, servers.urls);
          results.push(result);
          console.log(formatRow(result));
        }
      } finally {
        await servers.stop();
      }
    }
  } finally {
    await rm(bundles, { recursive: true });
  }
  const good = results.every(isGoodEnough);
  console.log(
    `\n28 bits: every argmax equal, logits within 1e-5; 14 bits: 99.8 % equal; accuracy within 0.1 points: ${good}`,
  );
  return good ? 0 : 1;
}

function formatRow(result: Comparison): string {
  const { weightBits, parties, agreements, digits, largestDifference, accuracy, plaintextAccuracy } = result;
  return [
    String(weightBits).padEnd(4),
    String(parties).padEnd(7),
    `${agreements} of ${digits}`.padEnd(17),
    largestDifference.toExponential(1).padEnd(24),
    percent(accuracy).padEnd(8),
    percent(plaintextAccuracy).padEnd(8),
    (result.bytesPerDigit / 1_000).toFixed(1).padStart(8),
    result.millisecondsPerDigit.toFixed(2).padStart(8),
  ].join('  ');
}

const percent = (part: number) => `${(100 * part).toFixed(2)} %`;

process.exitCode = await main(process.argv[2]);
