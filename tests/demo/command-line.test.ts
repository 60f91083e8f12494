import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { loadBundle } from '@sharemesh/model/node';
import { dequantize, referenceInfer } from '@sharemesh/model/reference';
import { createSigningKeys, issueChecks } from '@sharemesh/trust/node';
import { startParties } from 'sharemesh';
import type { Parties } from 'sharemesh';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sharemesh } from './processes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const EIGHT = 8;
const input = Array.from({ length: EIGHT }, (_, k) => Math.sin(k));

/** 8→6→3 as a safetensors file: the length of the header, the header, the numbers. */
function safetensors(): Uint8Array {
  const shapes = {
    'layers.0.weight': [6, 8],
    'layers.0.bias': [6],
    'layers.1.weight': [3, 6],
    'layers.1.bias': [3],
  };
  let at = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = at;
    at += 4 * shape.reduce((product, n) => product * n, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const numbers = Float32Array.from({ length: at / 4 }, (_, k) => Math.cos(k * k));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length), true);
  return Buffer.concat([new Uint8Array(length.buffer), header, new Uint8Array(numbers.buffer)]);
}

let folder: string;
let bundle: string;
let parties: Parties;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharemesh-command-line-'));
  bundle = join(folder, 'bundle');
  await writeFile(join(folder, 'net.safetensors'), safetensors());
  const words = [join(folder, 'net.safetensors'), '--activation', 'relu', '--out', bundle];
  const imported = sharemesh(['model', 'import', ...words]);
  expect(await imported.ended, imported.err()).toBe(0);
  expect(imported.out()).toMatch(
    /The file can be imported[^]*same decision[^]*Wrote [^]*net@1 {2}sha256:[0-9a-f]{64}/,
  );
  parties = await startParties({ parties: 3, models: [bundle] });
});

afterAll(async () => {
  await parties?.stop();
  await rm(folder, { recursive: true });
});

const twoParties = () => parties.urls.slice(0, 2).flatMap((url) => ['--party', url]);

describe('sharemesh infer', () => {
  test('gives the answer of the model, from standard input, as JSON', async () => {
    const words = ['infer', ...twoParties(), '--allow-colocated', '--model', 'net', '--json', '--report'];
    const infer = sharemesh(words, { input: JSON.stringify([input, input]) });
    expect(await infer.ended, infer.err()).toBe(0);
    const { outputs, report } = JSON.parse(infer.out());
    const expected = [
      ...referenceInfer(dequantize(await loadBundle(bundle)), Float64Array.from(input)).outputs,
    ];
    for (const output of outputs) {
      expect(output).toHaveLength(3);
      output.forEach((value: number, k: number) => expect(value).toBeCloseTo(expected[k]!, 6));
    }
    expect(report).toMatchObject({ backend: 'shares', batch: 2 });
    expect(report.parties).toHaveLength(2);
  });

  test('for people: the outputs, the cost and the bound; any two of three parties are enough', async () => {
    const file = join(folder, 'input.csv');
    await writeFile(file, `${input.join(',')}\n`);
    const third = ['--party', parties.urls[2]!, '--threshold', '2'];
    const infer = sharemesh([
      'infer',
      ...twoParties(),
      ...third,
      '--allow-colocated',
      '-m',
      'net',
      '-i',
      file,
      '-r',
    ]);
    expect(await infer.ended, infer.err()).toBe(0);
    expect(infer.out()).toMatch(/^0 +-?\d\.\d+/);
    expect(infer.out()).toMatch(/whole call +[\d.]+ ms/);
    expect(infer.out()).toMatch(/layer 1 +\d+ significant bits +bound 2\^[\d.]+ < 2\^60\.0/);
  });

  test.each(['detect', 'correct'])(
    'a party that is not there is gone without, and named: surplus %s',
    async (surplus) => {
      const file = join(folder, 'one.json');
      await writeFile(file, JSON.stringify(input));
      const words = ['-p', 'http://127.0.0.1:9', ...twoParties(), '--threshold', '2', '--surplus', surplus];
      const infer = sharemesh(['infer', ...words, '--allow-colocated', '-m', 'net', '-i', file, '-r']);
      expect(await infer.ended, infer.err()).toBe(0);
      expect(infer.err()).toContain('going on without http://127.0.0.1:9 (CONNECTION_FAILED)');
      expect(infer.out()).toMatch(/^0 +-?\d\.\d+/);
      expect(infer.out()).toContain('not asked: http://127.0.0.1:9 (CONNECTION_FAILED)');
      expect(infer.out()).toContain('a wrong one would not have been noticed');
    },
  );

  test.each([
    [
      'fewer parties than the threshold',
      () => ['-p', 'http://127.0.0.1:9', ...twoParties(), '--threshold', '3', '--allow-colocated'],
      4,
      'CONNECTION_FAILED',
    ],
    [
      'fewer parties than a threshold below all of them',
      () => [
        ...[9, 10, 11].flatMap((port) => ['-p', `http://127.0.0.1:${port}`]),
        ...twoParties(),
        '--threshold',
        '4',
        '--allow-colocated',
      ],
      4,
      'NOT_ENOUGH_PARTIES',
    ],
    ['a surplus without a threshold', () => [...twoParties(), '--surplus', 'detect'], 2, 'INVALID_INPUT'],
    [
      'a threshold for a bridge',
      () => ['--bridge', 'http://127.0.0.1:9', '--threshold', '2'],
      2,
      'INVALID_INPUT',
    ],
    ['two parties on one machine', () => twoParties(), 4, 'COLOCATED_PARTIES'],
    [
      'a party that is not there',
      () => ['-p', 'http://127.0.0.1:9', ...twoParties(), '--allow-colocated'],
      4,
      'CONNECTION_FAILED',
    ],
    [
      'a model that no party has',
      () => [...twoParties(), '--allow-colocated', '-m', 'other'],
      4,
      'UNKNOWN_MODEL',
    ],
    [
      'other weights',
      () => [...twoParties(), '--allow-colocated', '--digest', `sha256:${'0'.repeat(64)}`],
      4,
      'DIGEST_MISMATCH',
    ],
    [
      'plain http to another machine',
      () => ['-p', 'http://a.example', '-p', 'http://b.example'],
      2,
      'INSECURE_URL',
    ],
    ['no server at all', () => [], 2, 'INVALID_INPUT'],
    ['check vectors without a key', () => [...twoParties(), '--checks', 'c.json'], 2, 'INVALID_INPUT'],
    [
      'a bridge for shares',
      () => ['--bridge', 'https://a.example', '--backend', 'shares'],
      2,
      'INVALID_INPUT',
    ],
    ['an absent file', () => [...twoParties(), '--input', 'absent.json'], 2, 'ENOENT'],
  ])('%s: refused in a line with a code and advice', async (_, words, exitCode, code) => {
    const infer = sharemesh(['infer', '-m', 'net', ...words()], { input: JSON.stringify(input) });
    expect(await infer.ended).toBe(exitCode);
    expect(infer.out()).toBe('');
    expect(infer.err()).toMatch(new RegExp(`^error ${code}: [^\\n]+\\n( {2}→ [^\\n]+\\n)?$`));
  });

  test('checks every reply against the bundle, check vectors of its owner, or what the servers compute', async () => {
    const keys = createSigningKeys();
    const served = await loadBundle(bundle);
    const other = {
      ...served,
      planes: served.planes.map((planes) => planes.map((plane) => plane.toReversed())),
    };
    const kernels = await loadFieldKernels();
    const validity = { issuedAt: Date.now() - 1_000, expiresAt: Date.now() + 600_000 };
    const file = (name: string) => join(folder, name);
    await writeFile(file('owner.pem.pub'), keys.publicKeyPem);
    await writeFile(file('right.json'), issueChecks(kernels, served, keys.privateKeyPem, validity));
    await writeFile(file('wrong.json'), issueChecks(kernels, other, keys.privateKeyPem, validity));

    const infer = (...words: string[]) => {
      const plain = ['infer', ...twoParties(), '--allow-colocated', '-m', 'net', '--json'];
      return sharemesh([...plain, ...words], { input: JSON.stringify(input) });
    };
    const checks = (name: string) => ['--checks', file(name), '--checks-key', file('owner.pem.pub')];
    const ways = [['--verify-with', bundle], ['--verify-across'], checks('right.json')];
    for (const good of ways.map((words) => infer(...words))) {
      expect(await good.ended, good.err()).toBe(0);
    }
    // vectors of other weights make honest replies look like lies, which shows that they are looked at
    const refused = infer(...checks('wrong.json'));
    expect(await refused.ended).toBe(4);
    expect(refused.err()).toMatch(/^error WRONG_REPLY: http:\/\/127\.0\.0\.1:\d+/);
    expect(refused.out()).toBe('');
  });

  test('--verbose adds the stack', async () => {
    const infer = sharemesh(['infer', '-m', 'net', '--verbose'], { input: '[1]' });
    expect(await infer.ended).toBe(2);
    expect(infer.err()).toMatch(/^error INVALID_INPUT: [^]*\n {4}at /);
  });
});

test('a reader that goes away early is no failure', async () => {
  const inspect = sharemesh(['model', 'inspect', bundle, '--json']);
  inspect.child.stdout!.destroy();
  expect(await inspect.ended, inspect.err()).toBe(0);
  expect(inspect.err()).toBe('');
});

describe('sharemesh model', () => {
  test('inspect says what is in a bundle', async () => {
    const inspect = sharemesh(['model', 'inspect', bundle]);
    expect(await inspect.ended, inspect.err()).toBe(0);
    expect(inspect.out()).toMatch(
      /net@1 +8 → 3[^]*0 +8 → 6 +28 +relu[^]*1 +6 → 3 +28 +identity[^]*sha256:[0-9a-f]{64}/,
    );
  });

  test('inspect --json is for scripts', async () => {
    const inspect = sharemesh(['model', 'inspect', bundle, '--json']);
    expect(await inspect.ended, inspect.err()).toBe(0);
    const { digest } = await loadBundle(bundle);
    expect(JSON.parse(inspect.out())).toMatchObject({
      digest,
      model_id: 'net',
      weights_bytes: 4 * (48 + 18),
    });
  });

  test('import without an activation says what is missing, and writes nothing', async () => {
    const imported = sharemesh([
      'model',
      'import',
      join(folder, 'net.safetensors'),
      '--out',
      join(folder, 'none'),
    ]);
    expect(await imported.ended).toBe(3);
    expect(imported.err()).toMatch(/^error INVALID_MODEL: .*activation/);
    await expect(loadBundle(join(folder, 'none'))).rejects.toThrow();
  });
});

describe('sharemesh serve', () => {
  test('says once that it is ready, and ends with 0 on SIGTERM', async () => {
    const env = { SHAREMESH_MODELS: bundle, SHAREMESH_PORT: '0', SHAREMESH_LOG_LEVEL: 'silent' };
    const server = sharemesh(['serve'], { env });
    await server.says(/^ready http:\/\/127\.0\.0\.1:\d+ serves net@1 by shares \(Ctrl-C ends it\)\n$/);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.err()).toBe('');
  });

  test.each([
    [['serve'], 2, 'INVALID_CONFIG'],
    [['serve', '--model', '.', '--port', '70000'], 2, 'INVALID_CONFIG'],
    [['serve', '--model', '.', '--scheme', 'shares,ckks'], 2, 'INVALID_CONFIG'],
    [['serve', '--model', '.', '--scheme', 'rot13'], 2, 'INVALID_CONFIG'],
    [['serve', '--model', '.', '--scheme', 'ckks', '--receipt-key', 'key.pem'], 2, 'INVALID_CONFIG'],
    [['serve', '--model', '.', '--tiers', 'public-model'], 2, 'INVALID_CONFIG'],
    [['serve', '--model', '.', '--port', '0'], 3, 'INVALID_MODEL'],
  ])('%j is refused', async (words, exitCode, code) => {
    const server = sharemesh(words, { env: { SHAREMESH_LOG_LEVEL: 'silent' } });
    expect(await server.ended).toBe(exitCode);
    expect(server.err()).toMatch(new RegExp(`^error ${code}: `));
  });
});
