import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key with its certificate, PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface TestAuthority {
  /** Its own certificate: what clients are to trust. */
  readonly cert: string;
  /** A certificate for these names (`IP:127.0.0.1`, `DNS:a.example`), valid from now on for so many days. */
  issue(names: string, days?: number): Certificate;
  remove(): void;
}

/** A certificate authority of its own, made by the openssl command. */
export function testAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'sharemesh-authority-'));
  const path = (name: string) => join(folder, name);
  const openssl = (...parts: string[]) => execFileSync('openssl', parts, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=test',
    '-days',
    '2',
  );
  let count = 0;
  return {
    cert: readFileSync(path('ca.crt'), 'utf8'),
    issue(names, days = 2) {
      const name = `leaf-${count++}`;
      writeFileSync(path(`${name}.ext`), `subjectAltName=${names}`);
      openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`];
      openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-days', String(days), '-out', `${name}.crt`);
      return {
        key: readFileSync(path(`${name}.key`), 'utf8'),
        cert: readFileSync(path(`${name}.crt`), 'utf8'),
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
