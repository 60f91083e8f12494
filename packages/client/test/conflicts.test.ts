import { describe, expect, it } from 'vitest';
import { connectWith } from '@sharemesh/client';
import type { PartySigns } from '@sharemesh/client';
import { conflictOf } from '../src/protocol/independence.ts';
import { failure } from './support/expect-error.ts';
import { plaintext, sample, testMesh } from './support/test-mesh.ts';

let count = 0;
/** A party that differs from every other in all but what is given. */
function party(url: string, more: { operator?: string; address?: string } = {}): PartySigns {
  const own = String(count++);
  const { operator = `Operator ${own}`, address } = more;
  return {
    party: url,
    url: new URL(url),
    answer: {
      api_version: 'v1',
      operator,
      boot_nonce: own.padStart(22, 'n'),
      public_key: own.padStart(43, 'k'),
      software: { name: 'test', version: '0' },
    },
    connection: { ...(address !== undefined && { address }), tlsKey: `key ${own}` },
  };
}

const byHost = (host: string) => party(`https://${host}:${4_000 + count}/${count}`);
let hosts = 0;
const byOperator = (operator: string) => party(`https://host-${hosts++}.example`, { operator });
const byAddress = (address: string) => party(`https://host-${hosts++}.example`, { address });

/** Every pair of the list, both ways. */
const pairs = <T>(list: readonly T[]): [T, T][] =>
  list.flatMap((a, i) => list.flatMap((b, j): [T, T][] => (i === j ? [] : [[a, b]])));

const thisMachine = [
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '0x7f.1',
  '2130706433',
  '0.0.0.0',
  '0',
  'localhost',
  'LocalHost.',
  'party-1.localhost',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:2]',
  '[::ffff:0.0.0.0]',
];

describe('one host', () => {
  it.each(pairs(thisMachine))('%s and %s are this machine', (a, b) => {
    expect(conflictOf(byHost(a), byHost(b))).toMatchObject({
      code: 'COLOCATED_PARTIES',
      message: expect.stringContaining('the same host'),
    });
  });

  it.each([
    ['a.example', 'A.EXAMPLE.'],
    ['192.0.2.1', '[::ffff:192.0.2.1]'],
    ['192.0.2.1', '3221225985'],
    ['[2001:db8::1]', '[2001:0DB8:0:0:0:0:0:1]'],
    ['xn--bcher-kva.example', 'b\u00fccher.example'],
  ])('%s and %s are one', (a, b) => expect(conflictOf(byHost(a), byHost(b))).toBeDefined());

  it.each([
    ['a.example', 'b.example'],
    ['a.example', 'a.example.com'],
    ['localhost.example', '127.0.0.1.example'],
    ['192.0.2.1', '192.0.2.2'],
    ['127.0.0.1', '128.0.0.1'],
    ['[2001:db8::1]', '[2001:db8::2]'],
    ['[::1]', '[::2]'],
    ['[::ffff:192.0.2.1]', '192.0.2.2'],
  ])('%s and %s are two', (a, b) => expect(conflictOf(byHost(a), byHost(b))).toBeUndefined());
});

describe('one address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['::ffff:127.0.0.1', '::1'],
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1%eth1'],
    ['2001:db8::a', '2001:DB8::A'],
  ])('%s and %s are one', (a, b) => {
    expect(conflictOf(byAddress(a), byAddress(b))?.message).toContain('the same address');
  });

  it.each([
    ['192.0.2.1', '192.0.2.2'],
    ['::1', '2001:db8::1'],
  ])('%s and %s are two', (a, b) => expect(conflictOf(byAddress(a), byAddress(b))).toBeUndefined());
});

describe('one operator', () => {
  const spellings = [
    'Example GmbH',
    ' example  gmbh ',
    'EXAMPLE-GMBH',
    '"Example", GmbH.',
    'Example\u00a0GmbH',
    'Exam\u200bple GmbH',
    'Example\u2010GmbH',
    '\uff25\uff58\uff41\uff4d\uff50\uff4c\uff45 \uff27\uff4d\uff42\uff28',
  ];
  it.each(pairs(spellings))('%s and %s are one', (a, b) => {
    expect(conflictOf(byOperator(a), byOperator(b))?.message).toContain('the same operator');
  });

  it.each([
    ['\ufb01rst', 'FIRST'],
    ['Stra\u00dfe', 'STRASSE'],
    ['Caf\u00e9', 'Cafe\u0301'],
    ['\u03a3\u03b1\u03c2', '\u03c3\u03b1\u03c3'],
    ['\u2460', '1'],
    ['***', '***'],
  ])('%s and %s are one', (a, b) => expect(conflictOf(byOperator(a), byOperator(b))).toBeDefined());

  it.each([
    ['One', 'Two'],
    ['Operator 1', 'Operator 2'],
    ['\u7532', '\u4e59'],
    ['\u0915\u093f', '\u0915\u093e'],
    ['Cafe', 'Caf\u00e9'],
    ['***', '+++'],
  ])('%s and %s are two', (a, b) => expect(conflictOf(byOperator(a), byOperator(b))).toBeUndefined());
});

describe('each sign is enough by itself', () => {
  const one = party('https://one.example:4001/a', { operator: 'One', address: '192.0.2.1' });
  const two = party('https://two.example:4002/b', { operator: 'Two', address: '192.0.2.2' });
  const { answer, connection } = two;
  const alike: [sign: string, other: PartySigns][] = [
    ['URL', { ...two, url: new URL(one.url) }],
    ['origin', { ...two, url: new URL('https://one.example:4001/b') }],
    ['host', { ...two, url: new URL('https://one.example:4002/b') }],
    ['operator', { ...two, answer: { ...answer, operator: one.answer.operator } }],
    ['boot nonce', { ...two, answer: { ...answer, boot_nonce: one.answer.boot_nonce } }],
    ['signing key', { ...two, answer: { ...answer, public_key: one.answer.public_key! } }],
    ['TLS key', { ...two, connection: { ...connection, tlsKey: one.connection!.tlsKey! } }],
    ['address', { ...two, connection: { ...connection, address: one.connection!.address! } }],
  ];

  it.each(alike)('%s', (sign, other) => {
    for (const error of [conflictOf(one, other), conflictOf(other, one)]) {
      expect(error).toMatchObject({ code: 'COLOCATED_PARTIES', retryable: false });
      expect(error!.message).toContain(`the same ${sign}:`);
    }
  });

  it('and without any there is no conflict, nor where a sign is unknown of both', () => {
    expect(conflictOf(one, two)).toBeUndefined();
    const unknown = (known: PartySigns): PartySigns => {
      const { public_key: _, ...answered } = known.answer;
      return { ...known, answer: answered, connection: undefined };
    };
    expect(conflictOf(unknown(one), unknown(two))).toBeUndefined();
  });
});

describe('two parties under the paths of one host', () => {
  const x = sample(12, 1);
  const served = () => {
    const mesh = testMesh(2);
    const parties = ['https://host.example/a', 'https://host.example/b/'];
    const authorizations: string[] = [];
    mesh.transport.request = (request) => {
      const index = request.url.pathname.startsWith('/a/v1/') ? 0 : 1;
      authorizations.push(`${index} ${request.headers['authorization']}`);
      return mesh.parties[index]!.handle(request);
    };
    return { mesh, parties, authorizations };
  };

  it('are one to the independence check', async () => {
    const { mesh, parties } = served();
    const error = await failure(mesh.connect({ parties }), 'COLOCATED_PARTIES');
    expect(error.message).toContain('the same origin');
    expect(error.message).toContain('https://host.example/a and https://host.example/b have');
  });

  it('are two in tokens, errors and reports, where that is allowed', async () => {
    const { mesh, parties, authorizations } = served();
    const client = await connectWith(mesh.transport, {
      parties,
      model: 'test',
      allowColocated: true,
      token: (url) => `token of ${url}`,
    });
    const { output, report } = await client.infer(x);
    expect(output[0]).toBeCloseTo(plaintext(x)[0]!, 6);
    expect(report.parties.map(({ party: name, requests }) => [name, requests])).toEqual([
      ['https://host.example/a', 2],
      ['https://host.example/b', 2],
    ]);
    expect(new Set(authorizations)).toEqual(
      new Set(['0 Bearer token of https://host.example/a', '1 Bearer token of https://host.example/b']),
    );
    mesh.parties[1]!.twist = () => Promise.reject(new Error('gone'));
    expect((await failure(client.infer(x), 'CONNECTION_FAILED')).party).toBe('https://host.example/b');
  });

  it('are named apart where one of them is late or failed under shamir', async () => {
    const { mesh } = served();
    const third = testMesh(1);
    third.parties[0]!.operator = 'Operator 3';
    const { request } = mesh.transport;
    mesh.transport.request = (asked) =>
      asked.url.pathname.startsWith('/c/') ? third.parties[0]!.handle(asked) : request(asked);
    const client = await mesh.connect({
      parties: ['a', 'b', 'c'].map((path) => `https://host.example/${path}`),
      sharing: { scheme: 'shamir', threshold: 2 },
      allowColocated: true,
      retries: 0,
    });
    mesh.parties[1]!.twist = () => Promise.reject(new Error('gone'));
    const { report } = await client.infer(x);
    expect(report.layers[0]!.faults).toEqual([
      { party: 'https://host.example/b', code: 'CONNECTION_FAILED' },
    ]);
    expect(report.layers[0]!.late).toEqual([]);
  });
});
