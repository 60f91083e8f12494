// Writes test/vectors/*.json. The tests fail when they differ from what this would write.
import { writeFile } from 'node:fs/promises';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { format } from 'prettier';
import { generateVectors } from '../test/vectors/generate.ts';

const folder = new URL('../test/vectors/', import.meta.url);
const options = { parser: 'json', printWidth: 110 };

for (const [name, vectors] of Object.entries(generateVectors(await loadFieldKernels()))) {
  await writeFile(new URL(name, folder), await format(JSON.stringify(vectors), options));
}
