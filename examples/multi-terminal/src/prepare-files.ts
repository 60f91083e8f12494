import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DIGIT_SIZE, digitsBundle } from '@sharemesh/model/demo';
import { saveBundle } from '@sharemesh/model/node';

// what the three terminals need: a model for the servers, a digit for the client
const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const { bundle, heldOut, accuracy } = digitsBundle();
await saveBundle(path('model'), bundle);
console.log(
  `model/       a classifier of 16×16 digits, right on ${(100 * accuracy).toFixed(1)} % of unseen ones`,
);

const pixels = DIGIT_SIZE * DIGIT_SIZE;
const three = heldOut.labels.indexOf(3);
await writeFile(
  path('digit.json'),
  JSON.stringify([...heldOut.images.subarray(three * pixels, (three + 1) * pixels)]),
);
console.log('digit.json   a 3');
