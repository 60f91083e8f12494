import { undiciTransport } from '@sharemesh/client/node';
import { splitMessage } from '@sharemesh/wire/framing';
import type { PlainEngineName } from './plain-engine.ts';
import { framePlain, readPlain } from './plain-message.ts';

export interface PlainAnswer {
  /** batch × outputs, row-major. */
  readonly output: Float64Array;
  /** Milliseconds: numbers into bytes, the exchange, bytes into numbers. */
  readonly phases: { readonly encode: number; readonly send: number; readonly decode: number };
  /** Bytes of whole bodies. */
  readonly bytesUp: number;
  readonly bytesDown: number;
}

export interface PlainClient {
  infer(x: Float64Array, batch: number): Promise<PlainAnswer>;
  close(): Promise<void>;
}

const HEADERS = { 'content-type': 'application/octet-stream', accept: 'application/octet-stream' };

/** The client of a plaintext service, over the very transport that the private client uses. */
export function plainClient(base: string, engine: PlainEngineName): PlainClient {
  const transport = undiciTransport();
  const url = new URL('v1/infer', `${base}/`);
  const wide = engine === 'ml-matrix';
  let requests = 0;
  return {
    async infer(x, batch) {
      const began = performance.now();
      const values = wide ? x : Float32Array.from(x);
      const frame = framePlain(
        {
          request_id: `plain-${String(requests++).padStart(16, '0')}`,
          batch_size: batch,
          encoding: wide ? 'float64' : 'float32',
        },
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      );
      const encoded = performance.now();
      const response = await transport.request({
        method: 'POST',
        url,
        headers: { ...HEADERS, 'inference-header-content-length': String(frame.headerLength) },
        body: frame.chunks,
        signal: new AbortController().signal,
        maxResponseBytes: 2 ** 31 - 1,
      });
      const answered = performance.now();
      if (response.status !== 200) throw new Error(`the ${engine} service answered ${response.status}`);
      const message = splitMessage(response.body, response.header('inference-header-content-length'));
      const { buffer } = new Uint8Array(readPlain(message).values);
      const output = wide ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer));
      return {
        output,
        phases: {
          encode: encoded - began,
          send: answered - encoded,
          decode: performance.now() - answered,
        },
        bytesUp: frame.chunks[0].length + frame.chunks[1].length,
        bytesDown: response.body.length,
      };
    },
    close: () => transport.close(),
  };
}
