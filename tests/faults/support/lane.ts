import { connect } from '@sharemesh/client/node';
import type { Client, PartiesOptions } from '@sharemesh/client/node';
import { serve } from '@sharemesh/serving/node';
import type { RunningServer } from '@sharemesh/serving/node';
import { FaultProxy } from './fault-proxy.ts';
import { FRACTION_BITS } from './model.ts';
import { FaultParty } from './party.ts';
import type { PartyOptions } from './party.ts';

/** Long enough for a retry on a busy machine, short enough for thousands of replies that never come. */
export const DEADLINE_MS = 1_000;

/** A way to set the mesh up. */
export interface Mode {
  readonly name: string;
  readonly parties: number;
  readonly options: Partial<PartiesOptions>;
  /** Are replies checked? Then no wrong answer may be accepted, whatever happens. */
  readonly verified: boolean;
  /** Fetch the replies of the seed-holding parties before each inference. */
  readonly prepared?: boolean;
}

export interface LanePart {
  readonly party: FaultParty;
  readonly proxy: FaultProxy;
}

/** One client and its parties, each behind its own stretch of faulty network. A lane does one operation at a time. */
export class Lane {
  readonly mode: Mode;
  readonly client: Client;
  readonly parts: readonly LanePart[];
  readonly #servers: readonly RunningServer[];

  private constructor(
    mode: Mode,
    client: Client,
    parts: readonly LanePart[],
    servers: readonly RunningServer[],
  ) {
    this.mode = mode;
    this.client = client;
    this.parts = parts;
    this.#servers = servers;
  }

  static async open(mode: Mode, options: PartyOptions): Promise<Lane> {
    const parties = Array.from({ length: mode.parties }, () => new FaultParty(options));
    const servers = await Promise.all(parties.map((party) => serve(party.serving)));
    const proxies = await Promise.all(servers.map((server) => FaultProxy.start(server.url)));
    proxies.forEach((proxy, i) => (proxy.redirectTo = proxies[(i + 1) % proxies.length]!.url));
    const client = await connect({
      parties: proxies.map((proxy) => proxy.url),
      model: 'faults',
      fractionBits: FRACTION_BITS,
      // one process holds all parties here
      allowColocated: true,
      deadlineMs: 10_000,
      ...mode.options,
    });
    const parts = parties.map((party, i) => ({ party, proxy: proxies[i]! }));
    return new Lane(mode, client, parts, servers);
  }

  async close(): Promise<void> {
    await this.client.close();
    await Promise.all(this.parts.map(({ proxy }) => proxy.close()));
    await Promise.all(this.#servers.map((server) => server.close(100)));
  }
}
