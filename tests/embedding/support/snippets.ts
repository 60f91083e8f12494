import { readFileSync } from 'node:fs';

/** What docs/embedding.md tells a reader to do. */
export interface Snippets {
  /** Files to write, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands that end. */
  readonly commands: readonly string[];
  /** Commands that run until they are stopped. */
  readonly servers: readonly string[];
}

/**
 * The fenced code of a page by the words behind its language: `file=PATH`, `run` and `serve`. Code without such a word is not
 * executed: shell that needs a registry, and headers.
 */
export function readSnippets(path: string): Snippets {
  const files: Record<string, string> = {};
  const commands: string[] = [];
  const servers: string[] = [];
  for (const [, words, code] of readFileSync(path, 'utf8').matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)) {
    if (words!.startsWith('file=')) files[words!.slice('file='.length)] = code!;
    else if (words === 'run') commands.push(...lines(code!));
    else if (words === 'serve') servers.push(...lines(code!));
    else throw new Error(`${path} has code marked ${words}`);
  }
  return { files, commands, servers };
}

const lines = (code: string) => code.trim().split('\n');

/** The same snippets with words replaced: fixed ports by free ones. */
export function replaceWords(snippets: Snippets, words: Readonly<Record<string, string>>): Snippets {
  const replace = (text: string) =>
    Object.entries(words).reduce((result, [from, to]) => result.replaceAll(from, to), text);
  return {
    files: Object.fromEntries(Object.entries(snippets.files).map(([path, text]) => [path, replace(text)])),
    commands: snippets.commands.map(replace),
    servers: snippets.servers.map(replace),
  };
}
