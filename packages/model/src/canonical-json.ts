/**
 * Canonical JSON by RFC 8785 (JCS): no white space, members sorted by the UTF-16 code units of their names, numbers
 * and strings as ECMAScript writes them. Two values that are equal as JSON have the same canonical text.
 *
 * @throws TypeError for what JSON cannot hold: undefined, a hole in a list, NaN, an infinity, a lone surrogate, a function, an
 * object of a class (a typed array, a Map, a Date)
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('JSON has no NaN and no infinities');
      return JSON.stringify(value);
    case 'string':
      // isWellFormed is newer than the oldest Node this runs on
      if (/\p{Surrogate}/u.test(value)) throw new TypeError('a string holds a lone surrogate');
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      // lists of numbers are nearly all of a model, and JSON.stringify writes them canonically: one call instead of millions
      if (Array.isArray(value)) {
        const numbers = value.findIndex((item) => !Number.isFinite(item)) < 0;
        // Array.from makes undefined of a hole, which map would skip
        return numbers ? JSON.stringify(value) : `[${Array.from(value, canonicalJson).join(',')}]`;
      }
      // a Map hides what it holds, a typed array looks like an object
      if ({}.toString.call(value) !== '[object Object]') throw new TypeError('JSON has no classes');
      return `{${Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`)
        .join(',')}}`;
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
}
