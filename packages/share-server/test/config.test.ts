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

  it.each([
    ['https://app.example', ['https://app.example']],
    ['https://app.example/', ['https://app.example']],
    ['HTTPS://App.Example:443', ['https://app.example']],
    ['http://app.example:80, http://localhost:5173/', ['http://app.example', 'http://localhost:5173']],
    ['https://a.example,https://a.example/', ['https://a.example']],
  ])('gives origins the one spelling that browsers send: %s', (text, origins) => {
    expect(parseConfig({ models: ['x'], corsOrigins: text }).corsOrigins).toEqual(origins);
  });

  it.each([
    '*',
    'app.example',
    'https://app.example/page',
    'https://u:p@app.example',
    'file:///x',
    'null',
    'https://*.example/?',
  ])('refuses what is no origin: %s', (text) => {
    expect(() => parseConfig({ models: ['x'], corsOrigins: text })).toThrow(
      /corsOrigins .*an origin is a scheme, a host/,
    );
  });

  it('refuses variables of ours that are no setting, by name and without their value', () => {
    const refused = (environment: Record<string, string>) => {
      const attempt = () => parseConfig({ models: ['x'] }, environment);
      expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
      for (const [name, value] of Object.entries(environment)) {
        expect(attempt).toThrow(name);
        if (value) expect(attempt).not.toThrow(value);
      }
    };
    refused({ SHAREMESH_TOKEN: 'hunter2' });
    refused({ SHAREMESH_MAXBATCHSIZE: '7777' });
    refused({ SHAREMESH_TLS_CERTIFICATE: 'hunter2' });
    refused({ SHAREMESH_TOKENS: '' });
    refused({ SHAREMESH_QUOTA_REQUESTS: '' });
    refused({ SHAREMESH_MODELS: '' });
  });

  it('passes over the variables that Kubernetes sets for services of such a name', () => {
    const environment = {
      SHAREMESH_SERVICE_HOST: '10.0.0.1',
      SHAREMESH_SERVICE_PORT: '8701',
      SHAREMESH_SERVICE_PORT_HTTPS: '8701',
      SHAREMESH_PORT: 'tcp://10.0.0.1:8701',
      SHAREMESH_PORT_8701_TCP: 'tcp://10.0.0.1:8701',
      SHAREMESH_PORT_8701_TCP_PROTO: 'tcp',
      SHAREMESH_PORT_8701_TCP_PORT: '8701',
      SHAREMESH_PORT_8701_TCP_ADDR: '10.0.0.1',
      SHAREMESH_PARTY_B_SERVICE_HOST: '10.0.0.2',
      SHAREMESH_PARTY_B_PORT: 'tcp://10.0.0.2:8701',
    };
    expect(parseConfig({ models: ['x'] }, environment).port).toBe(8701);
    expect(parseConfig({ models: ['x'], port: 9 }, environment).port).toBe(9);
    expect(parseConfig({ models: ['x'] }, { SHAREMESH_PORT: '9000' }).port).toBe(9000);
  });

  it('takes every setting from the environment as from flags', () => {
    const samples: Record<string, string> = {
      models: 'a,b',
      allowedHosts: 'a.example',
      host: '::1',
      port: '1',
      operator: 'o',
      workers: '2',
      maxBatchSize: '3',
      maxBodyBytes: '4096',
      inlineCost: '5',
      maxQueued: '6',
      waitMs: '7',
      logLevel: 'warn',
      metricsPort: '8',
      metricsHost: '0.0.0.0',
      tokens: 't.json',
      quotaRequests: '9',
      quotaBytes: '10',
      quotaSeconds: '11',
      corsOrigins: 'https://a.example',
      insecure: 'true',
      tlsKey: 'k',
      tlsCert: 'c',
      tlsClientCa: 'ca',
      receiptKey: 'r',
    };
    const environment = Object.fromEntries(
      Object.entries(samples).map(([field, value]) => [environmentName(field), value]),
    );
    const config = parseConfig({}, environment);
    expect(config).toEqual(parseConfig(samples));
    expect(Object.keys(config).toSorted()).toEqual(Object.keys(samples).toSorted());
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
