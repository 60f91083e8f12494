import { connectWith } from '@sharemesh/client';
import type {
  Client,
  PartiesOptions,
  Transport,
  TransportRequest,
  TransportResponse,
} from '@sharemesh/client';
import { FRACTION_BITS } from './model.ts';
import { FaultParty } from './party.ts';
import type { PartyOptions } from './party.ts';

/** What the parties can see of the client together, without what is in the shares. */
export interface Sighting {
  readonly party: number;
  readonly method: string;
  readonly path: string;
  readonly bytes: number;
}

/** Real servers and a real client with function calls between them: no sockets, no clocks, thousands of runs a second. */
export class InProcessMesh {
  readonly parties: readonly FaultParty[];
  /** Every request, in the order in which the parties got them. */
  readonly trace: Sighting[] = [];
  readonly urls: readonly string[];

  constructor(count: number, options: PartyOptions) {
    this.parties = Array.from({ length: count }, () => new FaultParty(options));
    this.urls = this.parties.map((_, i) => `https://party-${i + 1}.example`);
  }

  /** What a client needs to connect here. */
  get options(): PartiesOptions {
    return { parties: [...this.urls], model: 'faults', fractionBits: FRACTION_BITS, allowColocated: true };
  }

  readonly transport: Transport = {
    request: (request) => this.#deliver(request),
    close: async () => undefined,
  };

  connect(options: Partial<PartiesOptions> = {}): Promise<Client> {
    return connectWith(this.transport, { ...this.options, ...options });
  }

  async #deliver({ method, url, headers, body }: TransportRequest): Promise<TransportResponse> {
    const bytes = Buffer.concat(body ?? []);
    const party = this.urls.indexOf(url.origin);
    this.trace.push({ party, method, path: url.pathname, bytes: bytes.length });
    const { app } = this.parties[party]!.serving;
    const response = await app.request(url.pathname, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: bytes }),
    });
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: new Uint8Array(await response.arrayBuffer()),
    };
  }
}
