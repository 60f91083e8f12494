import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A module to run in a thread of its own, and what Node needs to run it. */
export interface ThreadModule {
  readonly url: URL;
  readonly execArgv: string[];
}

/**
 * The module `name` beside the caller's (`import.meta.url`): plain JavaScript where the packages are built, TypeScript
 * through tsx where they run from source.
 */
export function threadModule(name: string, callerUrl: string): ThreadModule {
  const fromSource = fileURLToPath(callerUrl).endsWith('.ts');
  const url = new URL(`./${name}.${fromSource ? 'ts' : 'js'}`, callerUrl);
  return { url, execArgv: fromSource ? sourceArguments(callerUrl) : [] };
}

/** Node's arguments for running the packages from source, in a process or a thread (where `--import tsx` does nothing). */
export function sourceArguments(callerUrl: string): string[] {
  const api = createRequire(callerUrl)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from ${JSON.stringify(pathToFileURL(api).href)}; register();`;
  return [
    '--conditions=@sharemesh/source',
    '--import',
    `data:text/javascript,${encodeURIComponent(register)}`,
  ];
}
