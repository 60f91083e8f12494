import { readFileSync, readdirSync } from 'node:fs';
import { decodeBase64, splitMessage, takeTensors } from '@sharemesh/wire';
import type { Tensor } from '@sharemesh/wire';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { kebab, messages } from '../../packages/wire/scripts/messages.ts';
import type { MessageName } from '../../packages/wire/scripts/messages.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const examples = readdirSync(new URL('docs/examples', root));

const names = Object.keys(messages) as MessageName[];
const messageOf = (file: string) => names.find((name) => kebab(name) === file.split('.')[0])!;

const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const name of names) ajv.addSchema(JSON.parse(read(`schemas/${kebab(name)}.json`)), name);
const fits = (name: MessageName, value: unknown) => ajv.validate(name, value);

/** The JSON of an example; for one in the binary form, with its tensors checked to be there. */
function envelope(file: string): unknown {
  const text = read(`docs/examples/${file}`);
  if (file.endsWith('.json')) return JSON.parse(text);
  const [header, hex] = text.split('\n\n') as [string, string];
  const body = Uint8Array.from(Buffer.from(hex.replaceAll('\n', ''), 'hex'));
  const { json, tail } = splitMessage(body, /: (\d+)$/.exec(header)?.[1]);
  const message = json as { inputs?: Tensor[]; result?: { outputs: Tensor[] } };
  expect(takeTensors(message.inputs ?? message.result!.outputs, tail)).toHaveLength(1);
  return json;
}

describe('the examples of the wire', () => {
  test.each(names)('%s has one', (name) => {
    expect(examples.some((file) => messageOf(file) === name)).toBe(true);
  });

  test.each(examples)('%s fits its schema, by ajv and by zod', (file) => {
    const name = messageOf(file);
    const value = envelope(file);
    expect(fits(name, value), ajv.errorsText()).toBe(true);
    expect(messages[name].safeParse(value).success).toBe(true);
  });

  test('an unknown field is refused in a request and ignored in a response, by both', () => {
    const request = { ...(envelope('infer-request.json') as object), extra: 1 };
    expect(fits('InferRequest', request)).toBe(false);
    expect(messages.InferRequest.safeParse(request).success).toBe(false);
    const response = { ...(envelope('infer-response.json') as object), extra: 1 };
    expect(fits('InferResponse', response)).toBe(true);
    expect(messages.InferResponse.safeParse(response).success).toBe(true);
  });

  test('the two replies add up to W·x', () => {
    const p = (1n << 61n) - 1n;
    const output = (file: string) => {
      const { result } = envelope(file) as { result: { outputs: [{ payload: string }] } };
      return [...new BigUint64Array(decodeBase64(result.outputs[0].payload).buffer)];
    };
    const { models } = envelope('models-response.json') as {
      models: [{ inference: { layers: [{ row_scales: number[] }] } }];
    };
    const [layer] = models[0].inference.layers;
    const seed = output('infer-response.seed.json');
    const correction = output('infer-response.json');
    const sums = seed.map((value, row) => {
      const sum = (value + correction[row]!) % p;
      return Number(sum > p / 2n ? sum - p : sum) * layer.row_scales[row]!;
    });
    // W·x = (2.5, −1), up to the scale of the encoding and the 14 bits of the weights
    expect(sums[0]! / sums[1]!).toBeCloseTo(-2.5, 2);
  });
});
