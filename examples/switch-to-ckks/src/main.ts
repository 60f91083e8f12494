import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digitsBundle } from '@sharemesh/model/demo';
import { saveBundle } from '@sharemesh/model/node';
import { startBridge, startParties } from 'sharemesh';
import { classify } from './classify.ts';
import type { Classification } from './classify.ts';

const folder = await mkdtemp(join(tmpdir(), 'sharemesh-switch-'));
const classifier = digitsBundle();
await saveBundle(folder, classifier.bundle);
const models = [folder];
const parties = await startParties({ parties: 2, models });
const bridge = await startBridge({ models });
try {
  // allowColocated because these two run on one machine, for show
  const shares = await classify(classifier, { parties: parties.urls, allowColocated: true });
  const ckks = await classify(classifier, { bridge: bridge.url });

  console.log('                      bytes up  bytes down      ms  as in the clear  largest difference');
  print('two parties, shares', shares);
  print('one server, ckks', ckks);
  console.log('\nshares: the input stays private while the two parties do not pool what they receive');
  console.log(
    'ckks: it stays private from the one server, as long as RLWE is hard; no other party is needed',
  );
  process.exitCode = [shares, ckks].every(({ agreements, digits }) => agreements === digits) ? 0 : 1;
} finally {
  await Promise.all([parties.stop(), bridge.stop()]);
  await rm(folder, { recursive: true });
}

function print(name: string, { agreements, digits, largestDifference, report }: Classification): void {
  const sum = (of: 'bytesUp' | 'bytesDown') =>
    String(report.parties.reduce((total, party) => total + party[of], 0));
  const cells = [
    sum('bytesUp').padStart(8),
    sum('bytesDown').padStart(10),
    report.milliseconds.toFixed(1).padStart(6),
    `${agreements} of ${digits}`.padStart(15),
    largestDifference.toExponential(0).padStart(18),
  ];
  console.log(`${name.padEnd(20)}  ${cells.join('  ')}`);
}
