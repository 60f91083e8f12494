/** A change of one place in a source file. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Text that the file has exactly once, however it is broken into lines. */
  readonly find: string;
  readonly replace: string;
}

/** A mistake that makes a security claim false, and the tests that must notice it. */
export interface Fault {
  /** What is wrong, in a few words: `a secret key from a constant seed`. */
  readonly name: string;
  /** The claim that it makes false, as THREAT_MODEL.md, SECURITY.md or docs/rlwe.md have it. */
  readonly claim: string;
  readonly edits: readonly Edit[];
  /** Test files, one of which must fail. */
  readonly tests: readonly string[];
}

/** The source with the edit made. @throws Error where its text is not there exactly once */
export function plant(source: string, { file, find, replace }: Edit): string {
  // a formatter may break a line anywhere that has a space
  const words = find
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const matches = [...source.matchAll(new RegExp(words.join('\\s+'), 'g'))];
  const [match] = matches;
  if (!match || matches.length > 1) {
    throw new Error(`${file}: ${matches.length === 0 ? 'no' : 'more than one'} place for “${find.trim()}”`);
  }
  return source.slice(0, match.index) + replace + source.slice(match.index + match[0].length);
}
