import { MeshError } from './errors.ts';

/** Deeper than any v1 message by far. */
const MAX_DEPTH = 16;

/** Names in one object: more than any v1 message has by far. */
const MAX_NAMES = 256;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON from a peer: valid UTF-8, at most 16 levels deep, at most 256 names in an object and none of them twice.
 *
 * Duplicate names are refused because two readers may disagree on which value counts (RFC 8259 §4).
 * @param maxStructure characters outside of strings, and quotation marks, that the text may have: what a parser spends on
 * it grows with these, so they are counted before it runs. Strings themselves are skipped at memory speed.
 * @throws MeshError MALFORMED_REQUEST
 */
export function parseJson(bytes: Uint8Array, maxStructure = Infinity): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed('the JSON is not valid UTF-8');
  }
  const names = scanNames(text, maxStructure);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the parser's own message quotes the text, which may hold a share
    throw malformed('the body is not valid JSON');
  }
  // of a name that stands twice the parser keeps one
  if (countNames(value) !== names) throw malformed('a name occurs twice in one object');
  return value;
}

/**
 * The number of names in the text, in one pass, before the parser builds anything. Assumes nothing about its validity.
 * @throws MeshError MALFORMED_REQUEST for too much depth, too many names or too much structure
 */
function scanNames(text: string, maxStructure: number): number {
  let left = maxStructure;
  const spend = () => {
    if (--left < 0) throw malformed('the JSON has too much structure');
  };
  let names = 0;
  let depth = 0;
  /** Names so far in the object at each depth. */
  const counts: number[] = [];
  for (let at = 0; at < text.length; at++) {
    spend();
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        counts[++depth] = 0;
        if (depth > MAX_DEPTH) throw malformed(`the JSON is deeper than ${MAX_DEPTH} levels`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth = Math.max(0, depth - 1);
        break;
      case 0x22: {
        const end = endOfString(text, at, spend);
        if (isName(text, end)) {
          names++;
          const inObject = (counts[depth] ?? 0) + 1;
          if (inObject > MAX_NAMES) throw malformed(`an object has more than ${MAX_NAMES} names`);
          counts[depth] = inObject;
        }
        at = end - 1;
      }
    }
  }
  return names;
}

/** The number of names in the objects of a parsed value. No deeper than the text, whose depth is bounded. */
function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let names = inside === value ? 0 : inside.length;
  for (const item of inside) names += countNames(item);
  return names;
}

/**
 * Index just past the closing quote, or the end of the text.
 * @param onQuote called for each quotation mark inside, with its backslash: each is a step for the parser too
 */
function endOfString(text: string, start: number, onQuote: () => void): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    onQuote();
  }
  return text.length;
}

function isName(text: string, end: number): boolean {
  // past the end the code is NaN, which is not white space
  while (text.charCodeAt(end) <= 0x20) end++;
  return text[end] === ':';
}

const malformed = (message: string) => new MeshError('MALFORMED_REQUEST', message);
