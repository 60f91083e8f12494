/** One process of the demo. */
export interface Actor {
  readonly name: string;
  /** As picocolors and chalk both call it. */
  readonly color: 'green' | 'cyan' | 'magenta' | 'yellow' | 'blue';
  /** What to run: arguments of the `sharemesh` command. */
  readonly arguments: readonly string[];
}

/** Who takes part: servers that say when they are ready, and the client that waits for all of them. */
export interface Cast {
  readonly title: string;
  readonly servers: readonly Actor[];
  readonly client: Actor;
}

export interface DemoChoice {
  readonly parties: number;
  readonly digit?: number;
}

const SERVER_COLORS = ['cyan', 'magenta', 'yellow', 'blue'] as const;

/** The cast of each way to keep the input private. */
const casts = {
  shares: ({ parties, digit }: DemoChoice): Cast => ({
    title: `${parties} servers and a client, ${parties + 1} processes`,
    servers: Array.from({ length: parties }, (_, index) => server(`server ${index + 1}`, index)),
    client: client(digit),
  }),
  ckks: ({ digit }: DemoChoice): Cast => ({
    title: 'one server for ciphertexts and a client, 2 processes',
    servers: [server('server', 0, '--backend', 'ckks')],
    client: client(digit, '--backend', 'ckks'),
  }),
};

const server = (name: string, index: number, ...more: string[]): Actor => ({
  name,
  color: SERVER_COLORS[index % SERVER_COLORS.length]!,
  arguments: ['demo', 'server', '--name', name, '--port', '0', ...more],
});

const client = (digit: number | undefined, ...more: string[]): Actor => ({
  name: 'client',
  color: 'green',
  arguments: ['demo', 'client', ...(digit === undefined ? [] : ['--digit', String(digit)]), ...more],
});

export type DemoBackend = keyof typeof casts;

export const DEMO_BACKENDS = Object.keys(casts) as DemoBackend[];

export const castOf = (backend: DemoBackend, choice: DemoChoice): Cast => casts[backend](choice);
