import { spawn } from 'node:child_process';
import { closeOnSignal } from '@sharemesh/serving/node';
import { openTerminal } from '../../terminal/terminal.ts';
import { startWebDemo } from './start-web-demo.ts';

/** Where `sharemesh bench --report` is told to write in its examples. */
const REPORT = 'bench.html';

/** The demo as a page: prints its address and runs until it is told to stop. */
export async function performInBrowser(flags: {
  parties: number;
  port: number;
  open: boolean;
}): Promise<void> {
  const { colors, print } = openTerminal();
  const demo = await startWebDemo({ ...flags, report: REPORT });
  const closed = closeOnSignal([demo]);
  print([
    '',
    `${colors.green('ready')} ${colors.bold(demo.url)}`,
    '',
    ...demo.parties.map((url, index) => `server ${index + 1}  ${url}  gets shares`),
    `bridge    ${demo.bridge}  gets ciphertexts`,
    '',
    colors.dim(
      `All of it runs on this machine. ${demo.url}/?plain does without WebAssembly. Ctrl-C ends it.`,
    ),
  ]);
  if (flags.open) openInBrowser(demo.url);
  await closed;
}

/** By the desktop's own way. Where there is none, the address has been printed. */
function openInBrowser(url: string): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  spawn(command!, words, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
