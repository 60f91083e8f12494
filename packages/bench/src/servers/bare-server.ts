// A process: W·x on a share behind bare node:http. It takes the bodies of the v1 wire, skips the JSON unread, does the
// compute of a party and nothing else, and answers as many bytes, with blanks for the JSON: what the routes of a share
// server cost is the difference to this.
import { createServer } from 'node:http';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { loadBundle } from '@sharemesh/model/node';
import { announceReady } from './ready.ts';
import { readWhole } from './read-whole.ts';

const [folder] = process.argv.slice(2) as [string];
const kernels = await loadFieldKernels();
const { manifest, planes } = await loadBundle(folder);
const [layer] = manifest.inference.layers;
/** As long as the JSON of a reply to a request of the benchmark. */
const blanks = Buffer.alloc(318, ' ');
const matrix = kernels.packMatrix(planes[0]!, layer!.output_size, layer!.input_size);

announceReady(
  createServer((request, response) => {
    void readWhole(request).then((body) => {
      const from = Number(request.headers['inference-header-content-length']);
      const x = new BigUint64Array(new Uint8Array(body.subarray(from)).buffer);
      if (!kernels.isCanonical(x)) return response.writeHead(422).end();
      const y = kernels.matmul(matrix, x, x.length / layer!.input_size);
      const bytes = Buffer.concat([blanks, new Uint8Array(y.buffer as ArrayBuffer)]);
      return response
        .writeHead(200, {
          'content-type': 'application/octet-stream',
          'inference-header-content-length': blanks.length,
          'content-length': bytes.length,
        })
        .end(bytes);
    });
  }),
);
