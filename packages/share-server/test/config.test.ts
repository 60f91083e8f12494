import { readFile } from 'node:fs/promises';
import { environmentName } from '@sharemesh/serving/node';
import { parseConfig } from '@sharemesh/share-server/node';
import { describe, expect, it } from 'vitest';
import { SOFTWARE } from '../src/software.ts';

describe('parseConfig', () => {
  it('takes flags before the environment before defaults', () => {
    const environment = { SHAREMESH_MODELS: 'a, b', SHAREMESH_PORT: '9000', SHAREMESH_OPERATOR: 'Acme' };
    expect(parseConfig({ port: '9001' }, environment)).toMatchObject({
      models: ['a', 'b'],
      port: 9001,
      operator: 'Acme',
      host: '127.0.0.1',
      insecure: false,
    });
    expect(parseConfig({ models: ['x'], insecure: true, workers: 3 })).toMatchObject({
      insecure: true,
      workers: 3,
    });
  });

  it('names each setting for the environment', () => {
    expect(environmentName('maxBatchSize')).toBe('SHAREMESH_MAX_BATCH_SIZE');
    expect(parseConfig({ models: ['x'] }, { SHAREMESH_MAX_BATCH_SIZE: '7' }).maxBatchSize).toBe(7);
  });

  it.each([
    [{}, 'models'],
    [{ models: [] }, 'models'],
    [{ models: ['x'], port: '70000' }, 'port'],
    [{ models: ['x'], port: 'eighty' }, 'port'],
    [{ models: ['x'], port: '' }, 'port'],
    [{ models: ['x'], workers: 0 }, 'workers'],
    [{ models: ['x'], workers: 1.5 }, 'workers'],
    [{ models: ['x'], insecure: 'perhaps' }, 'insecure'],
    [{ models: ['x'], logLevel: 'loud' }, 'logLevel'],
    [{ models: ['x'], tlsKey: 'key.pem' }, 'tlsKey'],
    [{ models: ['x'], tlsClientCa: 'ca.pem' }, 'tlsClientCa'],
    [{ models: ['x'], colour: 'blue' }, 'colour'],
  ])('refuses %j by name', (flags, name) => {
    expect(() => parseConfig(flags)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
    expect(() => parseConfig(flags)).toThrow(name);
  });

  it('does not quote the value it refuses', () => {
    expect(() => parseConfig({ models: ['x'], port: 'hunter2' })).not.toThrow(/hunter2/);
  });
});

it('the software version is that of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(SOFTWARE.version).toBe(manifest.version);
});
