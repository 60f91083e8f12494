import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { undiciTransport } from '@sharemesh/client/node';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { loadBundle } from '@sharemesh/model/node';
import { modelIdOf } from '../../models.ts';
import { startParty } from '../../servers/party-program.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { RawRequest } from './raw-request.ts';

const MEGABYTE = 1e6;

/** What a party at work holds in memory, beyond the weights as the kernels need them. */
export async function measureMemory(lab: Lab, shape: Shape): Promise<void> {
  const { models, processes, party, record, signal } = lab;
  if (process.platform !== 'linux') return record.note('Memory of a server is read from /proc: Linux only.');
  if (!party.built)
    return record.note('Memory of a server: not measured, the sources run with a compiler in the process.');
  const folder = await (await models.files(shape)).bundle(14);
  const weights = await packedBytes(folder);
  const server = await startParty(processes, party, [folder], 0);
  const transport = undiciTransport();
  try {
    const request = new RawRequest({ modelId: modelIdOf(shape, 14), columns: shape.sizes[0]!, batch: 1 });
    for (let k = 0; k < 50; k++) await request.send(transport, server.url);
    // buffers of finished requests go with the next collection
    await sleep(1_500, undefined, { signal });
    const { now, most } = await residentBytes(server.pid);
    record.figure(targets.memory, (now - weights) / MEGABYTE, {
      sides: {
        unit: 'MB',
        values: [
          { title: 'resident', value: now / MEGABYTE },
          { title: 'packed weights', value: weights / MEGABYTE },
          { title: 'most since the start', value: most / MEGABYTE },
        ],
      },
    });
  } finally {
    await transport.close();
    await server.stop();
  }
}

async function packedBytes(folder: string): Promise<number> {
  const kernels = await loadFieldKernels();
  const { manifest, planes } = await loadBundle(folder);
  const [layer] = manifest.inference.layers;
  const matrix = kernels.packMatrix(planes[0]!, layer!.output_size, layer!.input_size);
  kernels.releaseMatrix(matrix);
  return matrix.byteLength;
}

/** Resident bytes of a process, and the most it ever had: VmRSS and VmHWM of proc(5). */
async function residentBytes(pid: number): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => 1_024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: read('VmRSS'), most: read('VmHWM') };
}
