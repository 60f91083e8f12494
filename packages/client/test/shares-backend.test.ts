import { describeBackend } from './backend-compliance.ts';
import type { Channel } from '@sharemesh/client';
import { HttpChannel } from '../src/transport/http-channel.ts';
import type { SharingChoice } from '../src/options.ts';
import { SharesBackend } from '../src/shares/shares-backend.ts';
import { openSharing } from '../src/shares/open-sharing.ts';
import { testMesh } from './support/test-mesh.ts';
import { kernels } from './support/test-party.ts';

const choices: [string, SharingChoice, number][] = [
  ['additive shares', { scheme: 'additive' }, 2],
  ['shamir shares', { scheme: 'shamir', threshold: 2 }, 3],
];

for (const [name, choice, parties] of choices) {
  describeBackend(name, async (bundle) => {
    const { transport, urls, parties: served } = testMesh(parties, bundle);
    const { model } = served[0]!;
    const channels = urls.map((url): Channel => {
      const channel = new HttpChannel({ transport, base: new URL(`${url}/`), retries: 0 });
      channel.use(model);
      return channel;
    });
    const backend = new SharesBackend({
      kernels,
      channels,
      model,
      maxBatch: 8,
      sharing: await openSharing(choice, parties),
      seeded: true,
      packed: false,
      preparedMaxAgeMs: 1_000,
    });
    return { backend, tolerance: 1e-9 };
  });
}
