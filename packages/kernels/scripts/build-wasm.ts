/**
 * Compile the AssemblyScript kernels and embed each as base64 in a generated module.
 *
 *     tsx scripts/build-wasm.ts            write src/…/*.generated.ts
 *     tsx scripts/build-wasm.ts --check    fail if a fresh build differs from what is committed
 *
 * A name (`field`, `rlwe`) after the command limits it to that family.
 *
 * To add a kernel family, add a line to `modules`. The same sources give the same bytes on every machine: the compiler
 * is pinned to an exact version, and nothing of the environment enters its output.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import asc from 'assemblyscript/asc';

interface WasmModule {
  /** Entry file, relative to this package. */
  readonly source: string;
  /** The generated TypeScript module, relative to this package. */
  readonly output: string;
  /** Further compiler flags. */
  readonly flags?: string;
}

const modules: readonly WasmModule[] = [
  {
    source: 'assembly/field/vector.ts',
    output: 'src/field/wasm-vector.generated.ts',
    flags: '--shrinkLevel 2',
  },
  { source: 'assembly/field/index.ts', output: 'src/field/wasm.generated.ts' },
  {
    source: 'assembly/field/index.ts',
    output: 'src/field/wasm-shared.generated.ts',
    flags: '--enable threads --sharedMemory --maximumMemory 65536',
  },
  { source: 'assembly/rlwe/index.ts', output: 'src/rlwe/wasm.generated.ts' },
];

/** No allocator, no garbage collector, no `abort` import: the kernels work on addresses that JavaScript hands them. */
const commonFlags =
  '-O3 --converge --noAssert --runtime stub --use abort= --enable simd --enable bulk-memory ' +
  '--importMemory --noExportMemory --initialMemory 1';

const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..');

async function compile({ source, flags = '' }: WasmModule): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      source,
      '--baseDir',
      packageFolder,
      '--outFile',
      'out.wasm',
      ...`${commonFlags} ${flags}`.trim().split(' '),
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents as Uint8Array;
      },
    },
  );
  if (error || !binary) throw new Error(`${source} does not compile\n${stderr.toString()}`);
  return binary;
}

function embed({ source }: WasmModule, binary: Uint8Array): string {
  const base64 = Buffer.from(binary).toString('base64');
  return `// Built from ${source} by \`npm run build:wasm\`: ${binary.length} bytes of WebAssembly. Do not edit.\nexport const wasmBase64 =\n  '${base64}';\n`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const isWanted = ({ source }: WasmModule): boolean =>
    positionals.length === 0 || positionals.some((name) => source.startsWith(`assembly/${name}/`));
  for (const module of modules.filter(isWanted)) {
    const binary = await compile(module);
    const text = embed(module, binary);
    const path = resolve(packageFolder, module.output);
    if (!values.check) {
      await writeFile(path, text);
    } else if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
      process.exitCode = 1;
      process.stderr.write(`${module.output} differs from a fresh build: run \`npm run build:wasm\`\n`);
      continue;
    }
    process.stdout.write(`${module.output}  ${binary.length} bytes\n`);
  }
}

await main();
