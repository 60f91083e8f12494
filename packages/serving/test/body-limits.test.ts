import { describe, expect, it, vi } from 'vitest';
import { TestEngine, testModel } from './support/test-engine.ts';
import { envelope, parseProblem, post } from './support/requests.ts';
import { createTestApp } from './support/serving.ts';

const LIMIT = testModel().constraints.max_body_bytes;
const headers = { 'content-type': 'application/json' };

/** A body without a length that goes on for `total` bytes, and how much of it was taken. */
function endless(total: number, chunk = 4_096) {
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= total) return controller.close();
      sent += chunk;
      controller.enqueue(new Uint8Array(chunk).fill(0x20));
    },
  });
  return { init: { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit, sent: () => sent };
}

describe('a body', () => {
  const { ask } = createTestApp();

  it('that declares too much is refused unread', async () => {
    const { init, sent } = endless(1e9);
    const declared = { ...init, headers: { ...headers, 'content-length': String(LIMIT + 1) } };
    expect(parseProblem(await ask('/v1/infer', declared)).code).toBe('PAYLOAD_TOO_LARGE');
    expect(sent()).toBeLessThanOrEqual(4_096);
  });

  it('that declares nothing is read up to the limit and no further', async () => {
    const { init, sent } = endless(1e9);
    expect(parseProblem(await ask('/v1/infer', init)).code).toBe('PAYLOAD_TOO_LARGE');
    expect(sent()).toBeLessThanOrEqual(LIMIT + 3 * 4_096);
  });

  it('that declares less than it sends is held to the limit', async () => {
    const { init } = endless(1e9);
    const lying = { ...init, headers: { ...headers, 'content-length': '10' } };
    expect(parseProblem(await ask('/v1/infer', lying)).code).toBe('PAYLOAD_TOO_LARGE');
  });

  it('that does not arrive in time is given up', async () => {
    const { ask } = createTestApp({ limits: { bodyTimeoutMs: 30 } });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(4)),
    });
    const answer = await ask('/v1/infer', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect(parseProblem(answer).code).toBe('REQUEST_TIMEOUT');
  });

  it('that makes progress may take longer than that', async () => {
    const limits = { bodyTimeoutMs: 100, minBodyBytesPerSecond: 100 };
    const { ask } = createTestApp({ limits });
    const { headers: sent, body } = post(envelope());
    const bytes = new Uint8Array(body as Uint8Array);
    let at = 0;
    const dripping = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.subarray(at, (at += 32)));
      },
    });
    const init = { method: 'POST', headers: sent, body: dripping, duplex: 'half' } as RequestInit;
    // about 300 bytes, 40 ms for 32 of them: four times the time-out in all, at eight times the rate that is asked for
    expect((await ask('/v1/infer', init)).status).toBe(200);
  });

  it('of much structure is refused before the parser sees it', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const constraints = { max_batch_size: 8, max_body_bytes: 32 * 2 ** 20 };
    const { ask } = createTestApp({ engines: [new TestEngine({ models: [testModel({ constraints })] })] });
    for (const item of ['{}', '1', '"aaa"', '[]']) {
      const body = `{"inputs":[${`${item},`.repeat(2_000_000)}${item}]}`;
      const { code } = parseProblem(await ask('/v1/infer', { method: 'POST', headers, body }));
      expect(code).toBe('MALFORMED_REQUEST');
    }
    expect(parse.mock.calls.filter(([text]) => text.length > 1_000)).toEqual([]);
    parse.mockRestore();
  });

  it('that breaks off is malformed', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error('reset')),
    });
    const answer = await ask('/v1/infer', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect(parseProblem(answer).code).toBe('MALFORMED_REQUEST');
  });

  it('is held to the limit of its own model, not only to that of the most generous one', async () => {
    const constraints = { max_batch_size: 8, max_body_bytes: 300 };
    const strict = testModel({ model_id: 'strict', constraints });
    const { ask } = createTestApp({ engines: [new TestEngine({ models: [testModel(), strict] })] });
    expect((await ask('/v1/infer', post(envelope()))).status).toBe(200);
    const long = { ...envelope({ model_id: 'strict' }), batch_size: 4 };
    const inputs = [{ encoding: 'field61', byte_length: 128 }];
    const answer = await ask('/v1/infer', post({ ...long, inputs }, new Uint8Array(128)));
    expect(parseProblem(answer).code).toBe('PAYLOAD_TOO_LARGE');
  });
});
