import { MeshError } from './errors.ts';

/** Deeper than any v1 message by far. */
const MAX_DEPTH = 16;

/** Names in one object: more than any v1 message has by far, and few enough to compare. */
const MAX_NAMES = 256;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON from a peer: valid UTF-8, at most 16 levels deep, at most 256 names in an object and none of them twice.
 *
 * Duplicate names are refused because two readers may disagree on which value counts (RFC 8259 §4).
 * @throws MeshError MALFORMED_REQUEST
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed('the JSON is not valid UTF-8');
  }
  refuseDepthAndDuplicates(text);
  try {
    return JSON.parse(text);
  } catch {
    // the parser's own message quotes the text, which may hold a share
    throw malformed('the body is not valid JSON');
  }
}

/** One pass over the text, before the parser builds anything. Assumes nothing about its validity. */
function refuseDepthAndDuplicates(text: string): void {
  const names: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        names.push(text[at] === '{' ? new Set() : undefined);
        if (names.length > MAX_DEPTH) throw malformed(`the JSON is deeper than ${MAX_DEPTH} levels`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        names.pop();
        break;
      case 0x22: {
        const end = endOfString(text, at);
        const seen = names.at(-1);
        if (seen && isName(text, end)) {
          const name = unescape(text.slice(at, end));
          if (seen.has(name)) throw malformed('a name occurs twice in one object');
          if (seen.size >= MAX_NAMES) throw malformed(`an object has more than ${MAX_NAMES} names`);
          seen.add(name);
        }
        at = end - 1;
      }
    }
  }
}

/** Index just past the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function isName(text: string, end: number): boolean {
  while (end < text.length && text.charCodeAt(end) <= 0x20) end++;
  return text[end] === ':';
}

/** Names are compared after unescaping: "a" and "\u0061" are one. */
function unescape(literal: string): string {
  if (!literal.includes('\\')) return literal;
  try {
    return JSON.stringify(JSON.parse(literal));
  } catch {
    return literal;
  }
}

const malformed = (message: string) => new MeshError('MALFORMED_REQUEST', message);
