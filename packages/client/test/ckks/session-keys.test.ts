import { afterEach, describe, expect, it } from 'vitest';
import { MeshError } from '@sharemesh/wire/errors';
import { createCkksClient } from '@sharemesh/rlwe';
import type { CkksClient } from '@sharemesh/rlwe';
import type { LinearContext } from '../../src/backend.ts';
import { REQUESTS_PER_KEY, SessionKeys } from '../../src/ckks/session-keys.ts';

const options = {
  layers: [{ rows: 2, columns: 4, weightBits: 14, maxRowSum: 100, rowScales: Float64Array.of(1, 1) }],
} as const;
const context = (signal = new AbortController().signal): LinearContext => ({
  signal,
  deadline: Infinity,
  requestLog: [],
});
const open: SessionKeys[] = [];
afterEach(() => {
  for (const keys of open.splice(0)) keys.close();
});

/** Keys of a session, and the ids that were registered. */
async function session(refuse: (registrations: number) => boolean = () => false) {
  const registered: string[] = [];
  const keys = new SessionKeys(await createCkksClient(options), options, async (keyId) => {
    registered.push(keyId);
    if (refuse(registered.length)) throw new MeshError('CONNECTION_FAILED', 'no');
  });
  open.push(keys);
  await keys.open(context());
  return { keys, registered };
}

const encrypt = (client: CkksClient) => client.encryptLayer(0, Float64Array.of(0.5, 0, 0, 0)).payloads;

describe('the keys of a session', () => {
  it('change after so many requests, each registered before it is used', async () => {
    const { keys, registered } = await session();
    const used: (string | undefined)[] = [];
    for (let k = 0; k < 2 * REQUESTS_PER_KEY + 3; k++) {
      await keys.use(context(), async (_, keyId) => {
        expect(registered.at(-1)).toBe(keyId);
        used.push(keyId);
      });
    }
    expect(registered).toHaveLength(3);
    expect(new Set(registered).size).toBe(3);
    expect(used).toEqual(used.map((_, k) => registered[Math.floor(k / REQUESTS_PER_KEY)]));
  });

  it('change at the same request whatever comes of the requests', async () => {
    const changes = async (outcome: (k: number) => void) => {
      const { keys } = await session();
      const ids: (string | undefined)[] = [];
      for (let k = 0; k < REQUESTS_PER_KEY + 5; k++) {
        await keys
          .use(context(), async (_, keyId) => {
            ids.push(keyId);
            outcome(k);
          })
          .catch(() => undefined);
      }
      return ids.flatMap((id, k) => (k > 0 && id !== ids[k - 1] ? [k] : []));
    };
    const fail = (code: 'INVALID_REPLY' | 'DEADLINE_EXCEEDED') => {
      throw new MeshError(code, 'no');
    };
    expect(await changes(() => undefined)).toEqual([REQUESTS_PER_KEY]);
    expect(await changes(() => fail('INVALID_REPLY'))).toEqual([REQUESTS_PER_KEY]);
    expect(await changes((k) => k % 3 === 0 && fail('DEADLINE_EXCEEDED'))).toEqual([REQUESTS_PER_KEY]);
  });

  it('are kept for what is under way, and wiped after', async () => {
    const { keys } = await session();
    let finish!: () => void;
    const last = new Promise<void>((resolve) => (finish = resolve));
    let old!: CkksClient;
    const slow = keys.use(context(), async (client) => {
      old = client;
      await last;
      return encrypt(client);
    });
    await Promise.all(
      Array.from({ length: REQUESTS_PER_KEY + 8 }, () =>
        keys.use(context(), async (client) => encrypt(client)),
      ),
    );
    let current!: CkksClient;
    await keys.use(context(), async (client) => void (current = client));
    expect(current).not.toBe(old);
    expect(encrypt(old)).toHaveLength(1);
    finish();
    expect(await slow).toHaveLength(1);
    await Promise.resolve();
    expect(() => encrypt(old)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(encrypt(current)).toHaveLength(1);
  });

  it('are registered again, and the request made once more, where the server has forgotten them: once', async () => {
    const { keys, registered } = await session();
    let calls = 0;
    const forget = (times: number) => async () => {
      if (calls++ < times) throw new MeshError('UNKNOWN_KEY', 'forgotten');
      return calls;
    };
    expect(await keys.use(context(), forget(1))).toBe(2);
    expect(registered).toEqual([registered[0], registered[0]]);
    calls = 0;
    await expect(keys.use(context(), forget(2))).rejects.toMatchObject({ code: 'UNKNOWN_KEY' });
    expect(registered).toHaveLength(3);
  });

  it('that could not be registered are tried again by the next request', async () => {
    const { keys, registered } = await session((registrations) => registrations === 2);
    for (let k = 0; k < REQUESTS_PER_KEY; k++) await keys.use(context(), async () => undefined);
    await expect(keys.use(context(), async () => undefined)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
    });
    await keys.use(context(), async () => undefined);
    expect(registered).toHaveLength(3);
    expect(registered[2]).toBe(registered[1]);
  });

  it('are all wiped at the end, those whose turn has not come as well', async () => {
    const { keys } = await session();
    let client!: CkksClient;
    await keys.use(context(), async (used) => void (client = used));
    keys.close();
    keys.close();
    await Promise.resolve();
    expect(() => encrypt(client)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    await expect(keys.use(context(), async () => undefined)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
