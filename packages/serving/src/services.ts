import type { Logger } from 'pino';
import type { Catalog } from './catalog.ts';
import type { InferenceEngine } from './engine.ts';
import type { Dispatcher } from './jobs/dispatcher.ts';
import type { JobStore } from './jobs/job-store.ts';
import type { ReceiptSigner } from './jobs/receipts.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { PartyInfo } from './party.ts';
import type { ByteBudget } from './request/byte-budget.ts';

/** What the routes of one app work with. */
export interface Services {
  readonly engines: readonly InferenceEngine[];
  readonly catalog: Catalog;
  readonly limits: Limits;
  readonly budget: ByteBudget;
  readonly jobs: JobStore;
  readonly dispatcher: Dispatcher;
  readonly lifecycle: Lifecycle;
  readonly party: PartyInfo;
  readonly logger: Logger | undefined;
  readonly metrics: Metrics | undefined;
  readonly receipts: ReceiptSigner | undefined;
}
