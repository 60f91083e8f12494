import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '@sharemesh/model';

describe('canonicalJson: the examples of RFC 8785', () => {
  it('§3.2.2: literals, numbers and strings', () => {
    const value = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
        "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('§3.2.3: names sorted by UTF-16 code units', () => {
    const value = JSON.parse(
      String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
        "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
    );
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).not.toHaveLength(0);
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: the double %s is %s', (hex, text) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${hex}`));
    expect(canonicalJson(view.getFloat64(0))).toBe(text);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of names, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it('refuses what JSON cannot hold', () => {
    for (const bad of [
      undefined,
      NaN,
      Infinity,
      '\ud800',
      'a\udc00',
      1n,
      () => 0,
      { a: undefined },
      [NaN],
      { '\ud800': 1 },
      // eslint-disable-next-line no-sparse-arrays
      [1, , 2],
      Float64Array.of(1),
      { row_scales: Float64Array.of(1) },
      new Map([['a', 1]]),
      new Date(0),
      new Number(1),
      Symbol('a'),
    ]) {
      expect(() => canonicalJson(bad)).toThrow(TypeError);
    }
    expect(canonicalJson('\u{1f600}')).toBe('"\u{1f600}"');
    expect(canonicalJson(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}');
  });
});

/** The same JSON with the names of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe('canonicalJson: lists of numbers, which are written in one go', () => {
  it('are what each number is by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (numbers) => {
        expect(canonicalJson(numbers)).toBe(`[${numbers.map(canonicalJson).join(',')}]`);
      }),
    );
    expect(canonicalJson([1, -0, 1e21, 'a', null])).toBe('[1,0,1e+21,"a",null]');
  });

  it('hold nothing that JSON would write as something else', () => {
    const sparse = [1, 2, 3];
    delete sparse[1];
    for (const list of [[1, NaN], [Infinity], sparse, [1, undefined], [1, 2n], [1, () => 1]]) {
      expect(() => canonicalJson(list)).toThrow(TypeError);
    }
  });
});
