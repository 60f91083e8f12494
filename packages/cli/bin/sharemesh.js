#!/usr/bin/env node
// Runs the built command; in a checkout, the sources themselves, so that nothing has to be built first.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// npx ends at SIGTERM and passes it on to nobody: what it started would live on, with its port
if (process.env.npm_command === 'exec') {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 200).unref();
}

const inCheckout = existsSync(new URL('../../../tsconfig.base.json', import.meta.url));

if (!inCheckout || process.env.BENCH_BUILT === '1') {
  await import('../dist/main.js');
} else {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--conditions=@sharemesh/source',
      '--import',
      import.meta.resolve('tsx'),
      main,
      ...process.argv.slice(2),
    ],
    { stdio: 'inherit' },
  );
  // the terminal sends Ctrl-C to both; this process stays until the child has cleaned up
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
}
