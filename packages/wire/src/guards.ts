/**
 * Does a value have the shape of T? A handful of combinators, for where a schema library is too large (the client in a
 * browser) or too slow (every request of a server). The schemas decide; tests hold each guard against its schema.
 */
export type Guard<T> = (value: unknown) => value is T;

type Shape = Readonly<Record<string, Guard<unknown>>>;

/** `undefined` stands for an absent member: JSON has no undefined of its own. */
export const optional = <T>(guard: Guard<T>): Guard<T | undefined> =>
  ((value) => value === undefined || guard(value)) as Guard<T | undefined>;

export const literal = <T extends string | number | boolean>(...values: T[]): Guard<T> =>
  ((value) => values.includes(value as T)) as Guard<T>;

export const text = (pattern: RegExp): Guard<string> =>
  ((value) => typeof value === 'string' && pattern.test(value)) as Guard<string>;

export const textUpTo = (maximum: number, minimum = 0): Guard<string> =>
  ((value) =>
    typeof value === 'string' && value.length >= minimum && value.length <= maximum) as Guard<string>;

export const count = (maximum: number, minimum = 0): Guard<number> =>
  ((value) =>
    Number.isSafeInteger(value) &&
    (value as number) >= minimum &&
    (value as number) <= maximum) as Guard<number>;

export const real = ((value) => Number.isFinite(value)) as Guard<number>;

export const boolean = ((value) => typeof value === 'boolean') as Guard<boolean>;

export const list = <T>(guard: Guard<T>, maximum = Infinity, minimum = 0): Guard<T[]> =>
  ((value) =>
    Array.isArray(value) &&
    value.length >= minimum &&
    value.length <= maximum &&
    value.every(guard)) as Guard<T[]>;

export const either = <T>(...guards: Guard<T>[]): Guard<T> =>
  ((value) => guards.some((guard) => guard(value))) as Guard<T>;

/** An object with these members; others are allowed, as v1 may grow. */
export const object = <T>(shape: Shape): Guard<T> =>
  ((value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(shape).every((name) => shape[name]!(own(value, name)))) as Guard<T>;

/** An object with these members and no others. */
export const exactObject = <T>(shape: Shape): Guard<T> => {
  const guard = object<T>(shape);
  return ((value) =>
    guard(value) && Object.keys(value as object).every((name) => Object.hasOwn(shape, name))) as Guard<T>;
};

const own = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
