import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveBundle } from '@sharemesh/model/node';
import { parseConfig, startShareServer } from '@sharemesh/share-server/node';
import type { RunningShareServer } from '@sharemesh/share-server/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBundle, referenceProduct } from './support/bundles.ts';
import { bytesOf, elementsOf, shareRequest } from './support/requests.ts';

const bundle = randomBundle([64, 32]);
const x = Array.from({ length: 64 }, (_, i) => BigInt(i) ** 5n);
const expected = referenceProduct(bundle, 0, x);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharemesh-share-server-'));
  await saveBundle(folder, bundle);
});
afterAll(() => rm(folder, { recursive: true }));

/** A running server and the lines it logs. */
async function start(flags: Record<string, unknown> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const config = parseConfig({ models: [folder], port: 0, ...flags });
  return { server: await startShareServer(config, { destination }), lines };
}

const inferOn = async ({ url }: RunningShareServer) =>
  elementsOf(await fetch(`${url}/v1/infer`, shareRequest(bytesOf(x))));

describe('a share server', () => {
  it('serves a bundle from disk, on the event loop and in a worker alike', async () => {
    const { server, lines } = await start({ operator: 'Acme', metricsPort: 0 });
    expect(await inferOn(server)).toEqual(expected);
    expect(await (await fetch(`${server.url}/v1/party`)).json()).toMatchObject({ operator: 'Acme' });
    expect(await (await fetch(server.metricsUrl!)).text()).toContain('route="/v1/infer"');
    await server.close();
    expect(JSON.parse(lines[0]!)).toMatchObject({ name: 'Acme', msg: 'listening', models: [bundle.digest] });

    const { server: threaded } = await start({ inlineCost: 0, workers: 2 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => inferOn(threaded)));
    expect(answers).toEqual(Array.from({ length: 5 }, () => expected));
    await threaded.close();
  });

  it('says which file of a setting cannot be used, and why', async () => {
    const nowhere = join(folder, 'nowhere.pem');
    const garbage = join(folder, 'garbage.pem');
    await writeFile(garbage, 'no PEM');
    const cases: [flags: Record<string, unknown>, message: RegExp][] = [
      [{ tlsKey: nowhere, tlsCert: garbage }, /tlsKey: .*nowhere\.pem does not exist/],
      [{ tlsKey: garbage, tlsCert: folder }, /tlsCert: .* is a folder, not a file/],
      [{ tlsKey: garbage, tlsCert: garbage }, /tlsKey and tlsCert are not PEM, or do not belong together/],
      [{ tokens: nowhere }, /tokens: .*nowhere\.pem does not exist/],
      [{ tokens: garbage }, /the tokens file is not JSON/],
    ];
    for (const [flags, message] of cases) {
      await expect(start(flags)).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
        message: expect.stringMatching(message),
      });
    }
    await expect(start({ models: [folder, folder] })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('lets in whom its tokens file names, within their quota', async () => {
    const token = crypto.randomUUID();
    const sha256 = createHash('sha256').update(token).digest('hex');
    const file = join(folder, 'tokens.json');
    await writeFile(file, JSON.stringify([{ name: 'alice', sha256, scopes: ['read', 'infer'] }]));
    const { server, lines } = await start({ tokens: file, quotaRequests: 2, quotaSeconds: 3_600 });
    const headers = { authorization: `Bearer ${token}` };
    const statuses = [];
    for (const init of [{}, { headers }, { headers }, { headers }]) {
      statuses.push((await fetch(`${server.url}/v1/models`, init)).status);
    }
    expect(statuses).toEqual([401, 200, 200, 429]);
    await server.close();
    expect(lines.join('')).not.toContain(token);

    for (const content of [
      '[]',
      '{}',
      '[{"name":"a"}]',
      `[{"name":"a","sha256":"${sha256}","scopes":["all"]}]`,
    ]) {
      await writeFile(file, content);
      await expect(start({ tokens: file })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    }
  });

  it('refuses a bundle that is damaged, and a folder that holds none', async () => {
    const damaged = await mkdtemp(join(tmpdir(), 'sharemesh-damaged-'));
    await saveBundle(damaged, bundle);
    await writeFile(join(damaged, 'weights.bin'), new Uint8Array(64 * 32 * 2));
    await expect(start({ models: [damaged] })).rejects.toMatchObject({ code: 'INVALID_MODEL' });
    await expect(start({ models: [join(damaged, 'absent')] })).rejects.toMatchObject({
      code: 'INVALID_MODEL',
    });
    await rm(damaged, { recursive: true });
  });
});
