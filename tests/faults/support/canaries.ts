/** Secrets that must turn up nowhere, and every way in which a careless line could write them. */
export class Canaries {
  readonly #needles = new Map<string, string>();

  /** A secret as bytes: raw, hex, base64, base64url, decimal bytes, and its 8-byte words in decimal. */
  addBytes(name: string, bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    // base64 of a part is found at one of three alignments of the whole; from byte 0 is how payloads are written
    this.#add(`${name}, raw`, buffer.toString('latin1'));
    this.#add(`${name}, hex`, buffer.toString('hex'));
    this.#add(`${name}, base64`, buffer.toString('base64').slice(0, -4));
    this.#add(`${name}, base64url`, buffer.toString('base64url').slice(0, -4));
    this.#add(`${name}, bytes`, [...buffer].join(','));
    for (let at = 0; at + 8 <= buffer.length; at += 8) {
      const word = buffer.readBigUInt64LE(at);
      // short numbers turn up by chance
      if (word < 10n ** 9n) continue;
      this.#add(`${name}, decimal`, word.toString());
      this.#add(`${name}, hexadecimal`, word.toString(16));
    }
  }

  /** A secret as text. */
  addText(name: string, text: string): void {
    this.#add(name, text);
    this.addBytes(name, new TextEncoder().encode(text));
  }

  get size(): number {
    return this.#needles.size;
  }

  /** Names of the secrets that stand in the text, in any form. */
  findIn(text: string): string[] {
    const lower = text.toLowerCase();
    const hits = [...this.#needles].filter(
      ([needle]) => text.includes(needle) || lower.includes(needle.toLowerCase()),
    );
    return [...new Set(hits.map(([, name]) => name))];
  }

  #add(name: string, needle: string): void {
    if (needle.length >= 6) this.#needles.set(needle, name);
  }
}

/** All that an error says, to whoever prints it: message, stack, causes, and every own field. */
export function textOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 8) return String(error);
  const fields = Object.getOwnPropertyNames(error).map((name) => {
    const value: unknown = (error as unknown as Record<string, unknown>)[name];
    return value instanceof Error ? textOf(value, depth + 1) : `${name}: ${String(value)}`;
  });
  return [error.message, error.stack, ...fields].join('\n');
}
