import { readFile } from 'node:fs/promises';
import { createCkksBridge } from '@sharemesh/ckks-bridge';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import { digitsBundle } from '@sharemesh/model/demo';
import type { ServingApp } from '@sharemesh/serving';
import { serve } from '@sharemesh/serving/node';
import { createShareServer } from '@sharemesh/share-server';
import { bundlePage } from './bundle-page.ts';
import { describeClassifier } from './page-data.ts';
import type { PageData } from './page-data.ts';
import { REPORT_POLICY } from './page-policy.ts';
import { startPageServer } from './page-server.ts';

export interface WebDemoOptions {
  /** Servers to split the digit between: 2 … 16. */
  readonly parties: number;
  /** Of the page; 0: any free one. */
  readonly port: number;
  /** A report of `sharemesh bench --report`, linked from the page where it exists. */
  readonly report: string;
}

const REPORT_PATH = '/report.html';

/** The page and all servers that it needs, running. */
export interface WebDemo {
  readonly url: string;
  readonly parties: readonly string[];
  readonly bridge: string;
  readonly modelDigest: string;
  close(): Promise<void>;
}

/**
 * Start share servers, a server for ciphertexts, and the page, each on a port of its own. The servers answer this page
 * and no other. They share one process with everything that this implies: it is a demo.
 */
export async function startWebDemo({ parties, port, report }: WebDemoOptions): Promise<WebDemo> {
  const page = await startPageServer(port);
  const running: { close(): Promise<void> }[] = [page];
  const close = async () => void (await Promise.allSettled(running.map((server) => server.close())));
  try {
    const [files, kernels, benchReport] = await Promise.all([
      bundlePage(),
      loadFieldKernels(),
      readFile(report).catch(() => undefined),
    ]);
    const classifier = digitsBundle();
    const { bundle } = classifier;
    const common = { bundles: [bundle], access: { corsOrigins: [page.url] } };
    const listen = async (app: ServingApp) => {
      const server = await serve(app);
      running.push(server);
      return server.url;
    };
    const shareServers: string[] = [];
    for (let k = 1; k <= parties; k++) {
      const app = createShareServer({ ...common, kernels, operator: `server ${k}` });
      shareServers.push(await listen(app));
    }
    const bridge = await listen(await createCkksBridge({ ...common, operator: 'bridge' }));

    const data: PageData = {
      parties: shareServers,
      bridge,
      model: { id: bundle.manifest.model_id, digest: bundle.digest },
      ...describeClassifier(classifier),
      ...(benchReport && { report: REPORT_PATH }),
    };
    if (benchReport) {
      files.set(REPORT_PATH, { type: 'text/html; charset=utf-8', body: benchReport, policy: REPORT_POLICY });
    }
    files.set('/demo.json', { type: 'application/json', body: JSON.stringify(data) });
    page.show(files, [...shareServers, bridge]);
    return { url: page.url, parties: shareServers, bridge, modelDigest: bundle.digest, close };
  } catch (error) {
    await close();
    throw error;
  }
}
