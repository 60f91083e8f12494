/**
 * Does a value have the shape of T? A handful of combinators, for where a schema library is too large (the client in a
 * browser) or too slow (every request of a server). The schemas decide; tests hold each guard against its schema.
 */
export type Guard<T> = (value: unknown) => value is T;

type Shape = Readonly<Record<string, Guard<unknown>>>;

const guard = <T>(check: (value: unknown) => boolean): Guard<T> => check as Guard<T>;

/** `undefined` stands for an absent member: JSON has no undefined of its own. */
export const optional = <T>(inner: Guard<T>): Guard<T | undefined> =>
  guard((value) => value === undefined || inner(value));

export const literal = <T extends string | number | boolean>(...values: T[]): Guard<T> =>
  guard((value) => values.includes(value as T));

export const text = (pattern: RegExp): Guard<string> =>
  guard((value) => typeof value === 'string' && pattern.test(value));

export const textUpTo = (maximum: number, minimum = 0): Guard<string> =>
  guard((value) => typeof value === 'string' && value.length >= minimum && value.length <= maximum);

export const count = (maximum: number, minimum = 0): Guard<number> =>
  guard(
    (value) => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
  );

export const real: Guard<number> = guard((value) => Number.isFinite(value));

export const boolean: Guard<boolean> = guard((value) => typeof value === 'boolean');

export const list = <T>(item: Guard<T>, maximum = Infinity, minimum = 0): Guard<T[]> =>
  guard(
    (value) =>
      Array.isArray(value) &&
      value.length >= minimum &&
      value.length <= maximum &&
      value.every((each) => item(each)),
  );

export const either = <T>(...guards: Guard<T>[]): Guard<T> =>
  guard((value) => guards.some((one) => one(value)));

/** An object with these members; others are allowed, as v1 may grow. */
export const object = <T>(shape: Shape): Guard<T> =>
  guard(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(shape).every((name) => shape[name]!(own(value, name))),
  );

/** An object with these members and no others. */
export const exactObject = <T>(shape: Shape): Guard<T> => {
  const fits = object(shape);
  return guard((value) => fits(value) && Object.keys(value!).every((name) => Object.hasOwn(shape, name)));
};

const own = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
