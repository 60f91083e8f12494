import type { Gauge as GaugeType, Registry } from 'prom-client';

/** What the server counts. Labels are routes, methods and statuses: nothing a client can choose. */
export interface Metrics {
  readonly registry: Registry;
  request(method: string, route: string, status: number, seconds: number, bytes: number): void;
  /** Read the depth of the queue and the work under way when the metrics are collected. */
  watchWork(work: { readonly queued: number; readonly running: number }): void;
}

/** Prometheus metrics in a registry of their own. The library is loaded here: most servers start without it. */
export async function createMetrics(): Promise<Metrics> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const duration = new Histogram({
    name: 'sharemesh_http_request_duration_seconds',
    help: 'Time from the headers to the answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers: [registry],
  });
  const received = new Counter({
    name: 'sharemesh_http_request_body_bytes_total',
    help: 'Bytes of the bodies that were read, by route.',
    labelNames: ['route'],
    registers: [registry],
  });
  return {
    registry,
    request(method, route, status, seconds, bytes) {
      duration.observe({ method, route, status }, seconds);
      if (bytes > 0) received.inc({ route }, bytes);
    },
    watchWork(work) {
      for (const state of ['queued', 'running'] as const) {
        const gauge: GaugeType = new Gauge({
          name: `sharemesh_work_${state}`,
          help: `Pieces of work ${state} now.`,
          registers: [registry],
          collect: () => gauge.set(work[state]),
        });
      }
    },
  };
}
