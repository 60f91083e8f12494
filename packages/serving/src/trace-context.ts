import type { AppContext } from './context.ts';
import { header } from './request/header.ts';

/** version ‖ trace-id ‖ parent-id ‖ flags, W3C Trace Context §3.2. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace this request belongs to, so that the log line can be found from the trace. */
export const readTraceId = (c: AppContext): string | undefined =>
  TRACEPARENT.exec(header(c, 'traceparent') ?? '')?.[1];
