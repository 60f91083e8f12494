import { connectWith, fetchTransport } from '@sharemesh/client';
import type { Client, ConnectOptions, InferenceReport } from '@sharemesh/client';
import type { PageData } from '../../../src/demo/web/page-data.ts';
import { watch } from '../watch/watched-transport.ts';
import type { Exchange, Watch } from '../watch/watched-transport.ts';

export type WayName = 'shares' | 'ckks';

/** One inference, and all that left the browser for it. */
export interface Sighting {
  readonly output: Float64Array;
  readonly report: InferenceReport;
  readonly exchanges: readonly Exchange[];
}

/** A way to infer without showing the input. */
export interface Way {
  infer(x: Float64Array): Promise<Sighting>;
  /** Bytes that left before the first inference. */
  readonly registered: () => number;
}

/** Both ways take the same call; only where they connect to differs. */
function optionsOf(name: WayName, { parties, bridge, model }: PageData): ConnectOptions {
  return name === 'ckks'
    ? { bridge, model }
    : // all of them run on this machine, for show
      { parties, model, allowColocated: true };
}

/** Connected when it is first used; what the other way needs is not loaded before it is. */
export function openWay(name: WayName, data: PageData): Way {
  const watched: Watch = watch(fetchTransport());
  let client: Promise<Client> | undefined;
  return {
    registered: watched.registered,
    async infer(x) {
      client ??= connectWith(watched.transport, optionsOf(name, data));
      client.catch(() => (client = undefined));
      const connected = await client;
      // what a failed attempt left behind
      watched.take();
      const { output, report } = await connected.infer(x);
      return { output, report, exchanges: watched.take() };
    },
  };
}
