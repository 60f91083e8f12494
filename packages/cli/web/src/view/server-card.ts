import type { FieldKernels } from '@sharemesh/kernels/field';
import { fieldFromBytes } from '@sharemesh/shares/core';
import { fractions, receivedShare } from '../watch/received-share.ts';
import type { Exchange } from '../watch/watched-transport.ts';
import { SIDE } from '../drawing/rasterise.ts';
import { element } from './element.ts';
import { createHeatMap } from './paint.ts';
import { bytes, hexadecimal } from './quantities.ts';

/** What a card shows of one direction. */
interface Half {
  readonly title: string;
  readonly picture: HTMLCanvasElement;
  readonly text: string;
  /** The payload, of which the beginning is printed. */
  readonly payload: Uint8Array;
  /** Everything that travelled. */
  readonly body: Uint8Array;
}

const PRINTED_BYTES = 32;
/** Pixels to a row in the picture of a ciphertext, one byte each. */
const CIPHERTEXT_WIDTH = 256;

/** What one share server received and returned: pictures of the numbers, and the bytes. */
export function shareServerCard(kernels: FieldKernels, exchange: Exchange, modelDigest: string): HTMLElement {
  const partyId = exchange.request.sharing!.party_id;
  const [input] = exchange.inputs as [Exchange['inputs'][number]];
  const [output] = exchange.outputs as [Exchange['outputs'][number]];
  const share = receivedShare(kernels, exchange, modelDigest, SIDE * SIDE);
  const received =
    input.encoding === 'seed'
      ? `a seed, which stands for ${share.length} random numbers below 2^61`
      : `${share.length} numbers below 2^61: your digit less the other shares`;
  const reply = fieldFromBytes(output.data);
  return card(`Server ${partyId}`, exchange.party, `server-${((partyId - 1) % 4) + 1}`, [
    {
      title: 'It received',
      picture: createHeatMap(
        fractions(share),
        SIDE,
        `Heat map of the ${share.length} numbers that server ${partyId} received: noise`,
      ),
      text: `${bytes(input.data.length)}: ${received}.`,
      payload: input.data,
      body: exchange.sent,
    },
    {
      title: 'It returned',
      picture: createHeatMap(
        fractions(reply),
        reply.length,
        `Heat map of the ${reply.length} numbers that server ${partyId} returned: noise`,
      ),
      text: `${bytes(output.data.length)}: ${reply.length} numbers, weights × share, just as random.`,
      payload: output.data,
      body: exchange.received,
    },
  ]);
}

/** What the one server of the ciphertext way received and returned. */
export function bridgeCard(exchange: Exchange): HTMLElement {
  const half = (title: string, payloads: Exchange['inputs'], body: Uint8Array, what: string): Half => {
    const payload = payloads[0]!.data;
    return {
      title,
      picture: createHeatMap(
        Float64Array.from(payload, (byte) => byte / 255),
        CIPHERTEXT_WIDTH,
        `The ${payload.length} bytes of the ciphertext as colours: noise`,
      ),
      text: `${bytes(payload.length)}: ${what}`,
      payload,
      body,
    };
  };
  return card('The bridge', exchange.party, 'bridge', [
    half('It received', exchange.inputs, exchange.sent, 'a ciphertext of your digit.'),
    half(
      'It returned',
      exchange.outputs,
      exchange.received,
      'a ciphertext of the answer. Only this page has the key.',
    ),
  ]);
}

function card(name: string, origin: string, className: string, halves: readonly Half[]): HTMLElement {
  return element(
    'article',
    { className: `card server ${className}` },
    element('header', {}, element('h3', {}, name), element('span', { className: 'origin' }, origin)),
    ...halves.map(halfOf(name)),
  );
}

const halfOf =
  (name: string) =>
  ({ title, picture, text, payload, body }: Half): HTMLElement =>
    element(
      'div',
      { className: 'half' },
      element('h4', {}, title),
      picture,
      element('p', {}, text),
      element('code', { className: 'hex' }, beginning(payload)),
      allBytes(`${name}: ${title.toLowerCase()}`, body),
    );

const beginning = (payload: Uint8Array) =>
  `${hexadecimal(payload.subarray(0, PRINTED_BYTES)).replaceAll('\n', ' ')}${payload.length > PRINTED_BYTES ? ' …' : ''}`;

/** The whole body, written out when it is asked for: a ciphertext has tens of thousands of bytes. */
function allBytes(name: string, body: Uint8Array): HTMLElement {
  const dump = element('pre', { className: 'hex', tabIndex: 0 });
  dump.setAttribute('role', 'region');
  dump.setAttribute('aria-label', `${name}, all bytes`);
  const details = element(
    'details',
    {},
    element('summary', {}, `All ${bytes(body.length)} of the body`),
    dump,
  );
  details.addEventListener('toggle', () => {
    if (details.open && !dump.textContent) dump.textContent = readable(body);
  });
  return details;
}

/** The JSON in front as text, what follows as hexadecimal digits. */
function readable(body: Uint8Array): string {
  const end = endOfJson(body);
  const json = JSON.stringify(JSON.parse(new TextDecoder().decode(body.subarray(0, end))), null, 1);
  return `${json}\n\n${hexadecimal(body.subarray(end))}`;
}

/** Where the braces of the object at the start are closed; its strings hold none. */
function endOfJson(body: Uint8Array): number {
  const [open, close] = [0x7b, 0x7d];
  let depth = 0;
  for (const [k, byte] of body.entries()) {
    if (byte === open) depth++;
    if (byte === close && --depth === 0) return k + 1;
  }
  return body.length;
}
