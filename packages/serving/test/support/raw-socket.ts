import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Head and body as they came. */
  readonly text: string;
  /** Bytes that were written before the answer came. */
  readonly written: number;
}

/** Writes these chunks to a fresh connection, one by one, until it answers or closes. No HTTP library in between. */
export function rawRequest(
  port: number,
  chunks: Iterable<string | Uint8Array>,
  { gapMs = 0, patienceMs = 5_000 } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let written = 0;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, written });
    };
    const timer = setTimeout(end, patienceMs);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (complete(text)) end();
    });
    socket.on('error', end).on('close', end);
    socket.on('connect', () => void write());

    async function write(): Promise<void> {
      for (const chunk of chunks) {
        if (ended) return;
        const drained = socket.write(chunk);
        written += chunk.length;
        if (gapMs > 0) await pause(gapMs);
        else if (!drained) await Promise.race([onceDrained(), pause(500)]);
      }
    }
    const onceDrained = () => new Promise<void>((resolve) => socket.once('drain', resolve));
  });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function complete(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1 || text.startsWith('HTTP/1.1 100')) return false;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length;
}
