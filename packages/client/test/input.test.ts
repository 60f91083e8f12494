import { describe, expect, it } from 'vitest';
import type { Client } from '@sharemesh/client';
import { failure } from './support/expect-error.ts';
import { plaintext, sample, testMesh } from './support/test-mesh.ts';

const WIDTH = 12;
const x = [...sample(WIDTH, 5)];
const mesh = testMesh(2);
const client: Client = await mesh.connect();
const asked = () => mesh.parties.reduce((total, { seen }) => total + seen.length, 0);

/** As callers without TypeScript pass it. */
const infer = (input: unknown) => client.infer(input as ArrayLike<number>);
const inferBatch = (rows: unknown) => client.inferBatch(rows as ArrayLike<number>[]);

/** Refused before anything is sent, in these words, and without any of the input's own. */
async function refused(work: Promise<unknown>, words: string | RegExp): Promise<void> {
  const before = asked();
  const error = await failure(work, 'INVALID_INPUT');
  expect(error.message).toMatch(words);
  expect(error.message).not.toMatch(/31337|secret/);
  expect(error.cause).toBeUndefined();
  expect(error.retryable).toBe(false);
  expect(asked()).toBe(before);
}

/** Things that JavaScript makes numbers of, or stumbles over. */
const notNumbers: Record<string, unknown> = {
  null: null,
  undefined,
  'an empty text': '',
  'a text of digits': '31337',
  'a text of hexadecimal digits': '0x10',
  'a text of blanks': '  ',
  true: true,
  false: false,
  'a list of one number': [31337],
  'an empty list': [],
  'a boxed number': Object(31337),
  'an object with valueOf': { valueOf: () => 31337 },
  'an object with Symbol.toPrimitive': { [Symbol.toPrimitive]: () => 31337 },
  'a date': new Date(31337),
  'a BigInt': 31337n,
  'a symbol': Symbol('secret'),
  'a function': () => 31337,
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
};

describe('of what a row holds, only finite numbers are input', () => {
  for (const [name, value] of Object.entries(notNumbers)) {
    it(`${name} is refused, wherever it stands`, async () => {
      for (const at of [0, 7, WIDTH - 1]) {
        await refused(infer(x.with(at, value as number)), new RegExp(`^row 0, index ${at} `));
        await refused(inferBatch([x, x, x.with(at, value as number), x]), new RegExp(`^row 2, index ${at} `));
      }
    });
  }

  it('nothing that JSON made of NaN is one', async () => {
    await refused(infer(JSON.parse(JSON.stringify(x.with(3, NaN)))), /^row 0, index 3 /);
  });

  it('a hole in a list is none', async () => {
    const sparse = [...x];
    delete sparse[4];
    await refused(infer(sparse), /^row 0, index 4 /);
    await refused(infer(Object.assign([], { length: WIDTH })), /^row 0, index 0 /);
    await refused(inferBatch(Object.assign([x], { length: 3, 2: x })), /^row 1 is not an array/);
  });

  it.each([new BigInt64Array(WIDTH), new BigUint64Array(WIDTH)])('%o holds none', (row) =>
    refused(infer(row), /^row 0, index 0 .*bigint/),
  );

  it('negative zero, the smallest and subnormal numbers are finite', async () => {
    const { output } = await infer(x.map((_, i) => [-0, 5e-324, 2 ** -1074, 1][i % 4]));
    expect(output.every(Number.isFinite)).toBe(true);
  });
});

describe('of what a batch holds, only rows of the model’s width are input', () => {
  const notRows: [string, unknown, RegExp][] = [
    ['null', null, /^row 0 is not an array/],
    ['undefined', undefined, /^row 0 is not an array/],
    ['a number', 31337, /^row 0 is not an array/],
    ['a text of the right length', 'secret_value', /^row 0 is not an array/],
    [
      'a function of the right length',
      Object.defineProperty(() => 0, 'length', { value: WIDTH }),
      /^row 0 is not an array/,
    ],
    ['an object', {}, /^row 0 has undefined values/],
    ['an array-like of another length', { length: WIDTH - 1, 0: 1 }, /^row 0 has 11 values/],
    ['an array-like with a length of text', { ...x, length: '12' }, /^row 0 has 12 values/],
    ['a set', new Set(x), /^row 0 has undefined values/],
    ['a map', new Map(x.entries()), /^row 0 has undefined values/],
    ['an ArrayBuffer', new ArrayBuffer(8 * WIDTH), /^row 0 has undefined values/],
    ['a DataView', new DataView(new ArrayBuffer(8 * WIDTH)), /^row 0 has undefined values/],
    ['a batch', [x], /^row 0 has 1 values/],
    ['too few', x.slice(1), /^row 0 has 11 values, the model takes 12/],
    ['too many', [...x, 0], /^row 0 has 13 values, the model takes 12/],
    ['an array-like that lacks one', { ...x, 11: undefined, length: WIDTH }, /^row 0, index 11 /],
  ];
  it.each(notRows)('%s is refused', (_, row, words) => refused(infer(row), words));

  it.each([null, undefined, 3, 'text', {}, x[0], new Float64Array(WIDTH), new Set([x]), { length: 1, 0: x }])(
    '%o is no batch',
    (rows) => refused(inferBatch(rows), /^a batch is an array/),
  );
  it('an empty batch is refused, and one that is longer than memory', async () => {
    await refused(inferBatch([]), /at least one row/);
    await refused(inferBatch(Object.assign([], { length: 2 ** 32 - 1 })), /^row 0 is not an array/);
    await refused(inferBatch(x), /^row 0 is not an array/);
  });
});

describe('what is checked is what is used', () => {
  /** Counts how often each property is read, and answers wrongly from the second time on. */
  const fickle = (row: readonly number[]): { row: readonly number[]; most: () => number } => {
    const reads = new Map<PropertyKey, number>();
    const proxy = new Proxy(row, {
      get(target, name) {
        const times = (reads.get(name) ?? 0) + 1;
        reads.set(name, times);
        if (times > 1) return name === 'length' ? 99 : '31337';
        return Reflect.get(target, name) as unknown;
      },
    });
    return { row: proxy, most: () => Math.max(...reads.values()) };
  };

  it('each length and value is read once', async () => {
    const first = fickle(x);
    const second = fickle(x);
    const { outputs } = await inferBatch([first.row, second.row]);
    for (const output of outputs) {
      expect([...output].map((v, i) => Math.abs(v - plaintext(x)[i]!) < 1e-6)).toEqual([true, true, true]);
    }
    expect([first.most(), second.most()]).toEqual([1, 1]);
  });

  it('a batch that grows or changes while it is read is taken as it was', async () => {
    const rows = new Proxy([x], { get: (target, name) => (name === '0' ? x : Reflect.get(target, name)) });
    const { outputs } = await inferBatch(rows);
    expect(outputs).toHaveLength(1);
    const going = [...x];
    const answer = infer(going);
    going.fill(1e300);
    expect((await answer).output[0]).toBeCloseTo(plaintext(x)[0]!, 6);
  });

  it('a getter that throws is INVALID_INPUT, and what it threw is not repeated', async () => {
    const row = [...x];
    Object.defineProperty(row, 5, {
      get() {
        throw new Error('secret 31337');
      },
    });
    await refused(infer(row), /cannot be read/);
    const revoked = Proxy.revocable([...x], {});
    revoked.revoke();
    await refused(infer(revoked.proxy), /cannot be read/);
  });
});

it.each([
  [...x],
  Float64Array.from(x),
  Float32Array.from(x),
  Int8Array.from(x, (v) => v * 100),
  Uint8ClampedArray.from(x, (v) => Math.abs(v) * 100),
  { ...x, length: WIDTH },
  new Proxy([...x], {}),
])('%o is input', async (row) => {
  const { output } = await infer(row);
  const expected = plaintext(row as ArrayLike<number>);
  for (const [i, value] of output.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
});
