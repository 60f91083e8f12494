// before what it counts the steps of
import { countSteps } from '../../../tests/support/count-steps.ts';
import { describe, expect, it } from 'vitest';
import { TestEngine, testModel } from './support/test-engine.ts';
import { envelope, freshId, payload, post } from './support/requests.ts';
import { createTestApp } from './support/serving.ts';

const constraints = { max_batch_size: 8, max_body_bytes: 64 * 2 ** 20 };
const { ask } = createTestApp({ engines: [new TestEngine({ models: [testModel({ constraints })] })] });

const json = (body: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
const withField = (name: string, value: string) =>
  JSON.stringify(envelope()).replace('{', `{"${name}":${value},`);

/** Bodies of about `size` bytes that are meant to be expensive to refuse. */
const hostile: Record<string, (size: number) => RequestInit> = {
  'brackets without end': (size) => json('['.repeat(size)),
  'brackets, closed': (size) => json(`${'[]'.repeat(size / 2)}`),
  quotes: (size) => json('"'.repeat(size)),
  'a string of escaped quotes': (size) => json(`"${'\\"'.repeat(size / 2)}`),
  'a string of backslashes': (size) => json(`"${'\\'.repeat(size)}`),
  'names by the thousand': (size) =>
    json(`{${Array.from({ length: size / 10 }, (_, i) => `"${i.toString(36)}":0`).join()}}`),
  'names that must be unescaped': (size) =>
    json(`{${Array.from({ length: size / 16 }, (_, i) => `"\\u0061${i.toString(36)}":0`).join()}}`),
  'white space': (size) => json(`{"layer"${' '.repeat(size)}:0}`),
  'one long number': (size) => json(withField('layer', '9'.repeat(size))),
  'inputs by the thousand': (size) => json(withField('inputs', `[${'{},'.repeat(size / 3)}{}]`)),
  'a long request_id': (size) => json(JSON.stringify(envelope({ request_id: 'a'.repeat(size) }))),
  'base64 of a wrong alphabet': (size) =>
    json(JSON.stringify(envelope({ inputs: [{ encoding: 'field61', payload: '!'.repeat(size) }] }))),
  'base64 of a wrong length': (size) => post(envelope(), new Uint8Array(size), 'json'),
  'base64 with a stray end': (size) =>
    json(JSON.stringify(envelope({ inputs: [{ encoding: 'field61', payload: `${'A'.repeat(size)}B==` }] }))),
  'a payload of a wrong length': (size) =>
    post(envelope({ inputs: [{ encoding: 'field61', byte_length: size }] }), new Uint8Array(size)),
  'as many inputs as the header can hold': (size) => {
    const inputs = Array.from({ length: Math.min(4_096, size / 64) }, () => ({
      encoding: 'field61',
      byte_length: 0,
    }));
    return post(envelope({ inputs }), payload());
  },
};

const SMALL = 2 ** 13;
const FACTOR = 16;

/** Blocks of source that run before the request is refused. */
const stepsOf = (init: RequestInit) =>
  countSteps(async () => {
    const { status } = await ask('/v1/infer', init);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

describe('the cost of refusing grows no faster than the request', () => {
  it.each(Object.keys(hostile))('%s', async (name) => {
    const make = hostile[name]!;
    await stepsOf(make(SMALL));
    const small = await stepsOf(make(SMALL));
    const large = await stepsOf(make(SMALL * FACTOR));
    // linear work grows by FACTOR at most, quadratic work by its square
    expect(large).toBeLessThan(1.5 * FACTOR * Math.max(small, 1_000));
  });

  it('a long path or job id', async () => {
    for (const length of [100, 10_000, 1_000_000]) {
      expect((await ask(`/v1/jobs/${'a'.repeat(length)}`)).status).toBe(404);
      expect((await ask(`/v1/jobs/${freshId()}${'/'.repeat(length)}`)).status).toBeGreaterThanOrEqual(404);
    }
  });
});
