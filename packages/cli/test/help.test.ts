import { expect, test } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { version } from '../src/program.ts';
import { EXIT_CODES } from '../src/exit-code.ts';
import { commandLine } from './support.ts';

/** Every command that does something by itself, found by following the help. */
async function commandsBelow(path: readonly string[]): Promise<string[][]> {
  const { out } = await commandLine(...path, '--help');
  const list = /^Commands:\n((?: .*\n)+)/m.exec(out)?.[1] ?? '';
  const names = [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name!);
  const below = await Promise.all(names.map((name) => commandsBelow([...path, name])));
  return names.length === 0 || out.includes('Examples:') ? [[...path], ...below.flat()] : below.flat();
}

const leaves = await commandsBelow([]);

test('the help lists every command with its summary, and every exit code', async () => {
  const { out, exitCode } = await commandLine('--help');
  expect(exitCode).toBe(0);
  for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  for (const { code, meaning } of Object.values(EXIT_CODES))
    expect(out).toContain(`${code}`.padEnd(4) + ` ${meaning}`);
});

test('every command is found', () => {
  expect([...new Set(leaves.map(([name]) => name))]).toEqual(commands.map(({ name }) => name));
  expect(leaves).toContainEqual(['demo', 'client']);
  expect(leaves).toContainEqual(['model', 'import']);
});

test.each(leaves.map((path) => [path.join(' '), path] as const))(
  '%s: its help has examples that call it, and fits 80 columns',
  async (name, path) => {
    const { out, exitCode } = await commandLine(...path, '--help');
    expect(exitCode).toBe(0);
    const [text = '', examples = ''] = out.split('Examples:\n');
    expect(examples).toContain(`npx sharemesh ${name}`);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

test('help loads only the command it is about', async () => {
  const loaded: string[] = [];
  for (const command of commands) {
    const { load } = command;
    Object.assign(command, {
      load: () => {
        loaded.push(command.name);
        return load();
      },
    });
  }
  await commandLine('--help');
  expect(loaded).toEqual([]);
  await commandLine('infer', '--help');
  expect(loaded).toEqual(['infer']);
});

test('the version is that of the package', async () => {
  expect((await commandLine('--version')).out.trim()).toBe(version());
  expect(version()).toMatch(/^\d+\.\d+\.\d+/);
});

test.each([
  [['srve'], /unknown command 'srve'[^]*Did you mean serve\?/],
  [['serve', '--prt', '1'], /unknown option '--prt'[^]*Did you mean --port\?[^]*sharemesh serve --help/],
  [['demo', '--parties', '1'], /--parties[^]*integer from 2 to 16/],
  [['demo', '--parties', '2.5'], /integer from 2 to 16/],
  [['demo', 'server', '--port', 'x'], /integer from 0 to 65535/],
  [['infer', '--input', 'x'], /required option '-m, --model <id>'/],
  [['infer', '-m', 'x', '--backend', 'fhe'], /Allowed choices are shares, ckks, bfv/],
  [['model', 'import'], /missing required argument 'file'/],
])('%j is refused with a line that helps', async (words, message) => {
  const { out, exitCode } = await commandLine(...words);
  expect(exitCode).not.toBe(0);
  expect(out).toMatch(message);
});
