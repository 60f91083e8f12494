// What the fields of a message take, as the wire's page says it: written apart from the schemas, to hold them against.

export type Path = readonly (string | number)[];

/** What a field takes, up to its limits, and what is just past them. `undefined` stands for an absent field. */
export interface Field {
  readonly path: string;
  readonly takes: readonly unknown[];
  readonly refuses: readonly unknown[];
}

export const field = (path: string, takes: readonly unknown[], refuses: readonly unknown[]): Field => ({
  path,
  takes,
  refuses,
});

/** A copy of the sample with another value at `path`, or without it. */
export function withValue(sample: object, path: Path, value: unknown): unknown {
  const copy = structuredClone(sample);
  let holder: object = copy;
  for (const step of path.slice(0, -1)) holder = Reflect.get(holder, step) as object;
  const name = path.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(holder, name);
  else Reflect.set(holder, name, value);
  return copy;
}

type Values = [takes: unknown[], refuses: unknown[]];

export const copies = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
/** An integer in [min, max]. */
export const integers = (min: number, max: number): Values => [
  [min, max],
  [min - 1, max + 1, min + 0.5, String(min), null, undefined],
];
export const oneOf = (...values: string[]): Values => [
  values,
  [values[0]!.toUpperCase(), '', null, undefined],
];
export const textUpTo = (maximum: number, minimum = 0): Values => [
  ['x'.repeat(minimum), 'x'.repeat(maximum)],
  ['x'.repeat(maximum + 1), ...(minimum > 0 ? [''] : []), 7, null, undefined],
];
/** So many times the item. */
export const lists = (item: unknown, minimum: number, maximum: number): Values => [
  [copies(minimum, item), copies(maximum, item)],
  [copies(maximum + 1, item), ...(minimum > 0 ? [[]] : []), item, { 0: item }, null, undefined],
];
export const reals: Values = [
  [[], [0.5, -1, Number.MAX_VALUE]],
  [[NaN], [Infinity], ['0'], 0.5, null, undefined],
];
export const alsoAbsent = ([takes, refuses]: Values): Values => [
  [...takes, undefined],
  refuses.filter((value) => value !== undefined),
];

/** base64url of so many characters. */
export const token = (minimum: number, maximum: number): Values => [
  ['A'.repeat(minimum), '_-09azAZ'.repeat(8).slice(0, maximum)],
  [
    'A'.repeat(minimum - 1),
    'A'.repeat(maximum + 1),
    `${'A'.repeat(minimum)}+`,
    `${'A'.repeat(minimum - 1)}=`,
    `${'A'.repeat(minimum)}\n`,
    `\n${'A'.repeat(minimum)}`,
    7,
    undefined,
  ],
];
export const digest: Values = [
  [`sha256:${'0123456789abcdef'.repeat(4)}`],
  [
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'0'.repeat(65)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'g'.repeat(64)}`,
    `xsha256:${'0'.repeat(64)}`,
    '0'.repeat(64),
    undefined,
  ],
];
export const modelId: Values = [
  ['a', '0', 'a1._-', 'a'.repeat(64)],
  ['', 'A', '.a', '-a', '_a', 'a/b', 'a b', 'a\n', '\na', 'aB', 'a'.repeat(65), undefined],
];
export const modelVersion: Values = [
  ['1', 'a', 'Z', '1.0-Rc_1', '1'.repeat(32)],
  ['', '.1', '-1', '1/2', '1 ', '1\n', '\n1', '1'.repeat(33), 1, undefined],
];
export const apiVersion: Values = [['v1'], ['v2', '', 1, undefined]];
