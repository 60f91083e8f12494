import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InferRequest } from '@sharemesh/wire';
import { EnvelopeMemo } from '../src/request/envelope-memo.ts';
import { parseInfer } from '../src/request/parse-infer.ts';
import { envelope } from './support/requests.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const request = envelope({
  request_id: ID,
  inputs: [{ encoding: 'seed', byte_length: 32 }],
}) as InferRequest;
const text = JSON.stringify(request);
const later = (id: string) => text.replace(ID, id);

/** What becomes of an envelope with 32 bytes behind it: the request, or the refusal. */
function outcome(memo: EnvelopeMemo, json: string): unknown {
  const header = Buffer.from(json);
  try {
    return parseInfer(Buffer.concat([header, Buffer.alloc(32)]), `${header.length}`, memo).request;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
}

const primed = () => {
  const memo = new EnvelopeMemo();
  expect(outcome(memo, text)).toEqual(request);
  expect(memo.recall(Buffer.from(text))).toEqual(request);
  return memo;
};

describe('an envelope whose like is known is answered as one that is not', () => {
  const memo = new EnvelopeMemo();
  const same = (envelope: string) => {
    outcome(memo, text);
    expect(outcome(memo, envelope)).toEqual(outcome(new EnvelopeMemo(), envelope));
  };

  test('with any id, valid or not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.stringMatching(/^[A-Za-z0-9_-]{20,66}$/),
          fc.string(),
          fc.constantFrom('', '"', '\\', '",'),
        ),
        (id) => same(later(id)),
      ),
      { numRuns: 500 },
    );
  });

  test('with anything put in, taken out or put elsewhere', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom(
        '"',
        '\\',
        '\\"',
        ',',
        '{',
        '"request_id":"',
        `"request_id":"${ID}",`,
        '"extra":1,',
        ' ',
      ),
    );
    const at = fc.nat({ max: text.length });
    fc.assert(
      fc.property(at, fc.nat({ max: 4 }), piece, (start, removed, put) => {
        same(text.slice(0, start) + put + text.slice(start + removed));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [
      'another order',
      JSON.stringify({ ...request, request_id: undefined, z: 0 }).replace('"z":0', `"request_id":"${ID}"`),
    ],
    ['the id twice', text.replace('{', `{"request_id":"${ID}",`)],
    ['the id twice, once escaped', text.replace('{', `{"request\\u005fid":"${ID}",`)],
    ['a name that ends like the id’s', text.replace('{', `{"x\\"request_id":"${'B'.repeat(22)}",`)],
    ['bytes that are no UTF-8 text of their own', later('é'.repeat(22))],
    ['white space', text.replaceAll(':', ' : ')],
  ])('with %s', (_, envelope) => same(envelope));
});

describe('what is remembered', () => {
  test('is the kind, for any id, with the id that was sent', () => {
    const id = `${'_-09azAZ'.repeat(3)}`;
    expect(primed().recall(Buffer.from(later(id)))).toEqual({ ...request, request_id: id });
  });

  test.each(['A'.repeat(21), 'A'.repeat(65), `${ID}+`, `+${ID}`, ''])('no id is %j', (id) => {
    expect(primed().recall(Buffer.from(later(id)))).toBeUndefined();
  });

  test('is nothing of what was refused, nor of a message in the JSON form', () => {
    const memo = new EnvelopeMemo();
    outcome(memo, text.replace('"layer":0', '"layer":-1'));
    expect(memo.recall(Buffer.from(text.replace('"layer":0', '"layer":-1')))).toBeUndefined();
    parseInfer(Buffer.from(text), undefined, memo);
    expect(memo.recall(Buffer.from(text))).toBeUndefined();
    // Known from an envelope, it is still read as it is when it comes without a tail.
    expect(parseInfer(Buffer.from(text), undefined, primed())).toEqual({ request, tail: undefined });
  });

  test('is short: up to 1,024 bytes', () => {
    for (const [length, known] of [
      [1_024, true],
      [1_025, false],
    ] as const) {
      const memo = new EnvelopeMemo();
      const envelope = text.padEnd(length, ' ');
      expect(outcome(memo, envelope)).toEqual(request);
      expect(memo.recall(Buffer.from(envelope)) !== undefined).toBe(known);
    }
  });

  test('is nothing where the id has no place of its own, even if another value is the same', () => {
    const id = 'a'.repeat(22);
    const spaced = JSON.stringify({ ...request, model_id: id, request_id: undefined }).replace(
      /}$/,
      `,"request_id" : "${id}"}`,
    );
    expect(spaced.indexOf(id)).toBe('{"model_id":"'.length);
    const memo = new EnvelopeMemo();
    expect(outcome(memo, spaced)).toMatchObject({ model_id: id, request_id: id });
    expect(memo.recall(Buffer.from(spaced))).toBeUndefined();
  });

  test('is not what another id stands for', () => {
    const memo = new EnvelopeMemo();
    memo.remember(Buffer.from(text), { ...request, request_id: 'B'.repeat(22) });
    expect(memo.recall(Buffer.from(text))).toBeUndefined();
    memo.remember(Buffer.from('{}'), request);
    expect(memo.recall(Buffer.from('{}'))).toBeUndefined();
  });

  test('is 16 kinds: the one that was not seen for longest goes first', () => {
    const memo = new EnvelopeMemo();
    const kind = (layer: number) => text.replace('"layer":0', `"layer":${layer}`);
    const knows = (layer: number) => memo.recall(Buffer.from(kind(layer))) !== undefined;
    for (let layer = 0; layer < 16; layer++) outcome(memo, kind(layer));
    expect(knows(0)).toBe(true);
    outcome(memo, kind(16));
    expect(knows(1)).toBe(false);
    expect([0, 2, 15, 16].map(knows)).toEqual([true, true, true, true]);
  });

  test('is the bytes as they were, whatever becomes of their memory', () => {
    const memo = new EnvelopeMemo();
    const json = Buffer.from(text);
    memo.remember(json, { ...request });
    json.fill(0);
    expect(memo.recall(Buffer.from(text))).toEqual(request);
  });

  test('cannot be changed through a request that it gave', () => {
    const memo = primed();
    const first = memo.recall(Buffer.from(text))!;
    first.layer = 7;
    expect(() => first.inputs.push({ encoding: 'seed', byte_length: 1 })).toThrow(TypeError);
    expect(() => Object.assign(first.inputs[0]!, { byte_length: 1 })).toThrow(TypeError);
    expect(memo.recall(Buffer.from(text))).toEqual(request);
  });
});
