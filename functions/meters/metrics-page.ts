import type { PredictParts } from '../../src/compose.ts';
import type { Answer } from '../answer.ts';
import type { Operation } from '../operation.ts';
import type { Route } from '../router.ts';
import type { Counts } from './meters.ts';
import { type HistogramSample, METRIC_TEXT_TYPE, type Sample, toMetricText } from './metric-text.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { createLoopDelay, readCpuSeconds, readResidentBytes, readStartSeconds } from './process-gauges.ts';

/** The page `/metrics` of one instance. */
export interface MetricsPage {
  /** Tells how a metric is read that is one number; it is left out where nobody told. */
  gauge(name: SimpleMetric, read: () => number): void;
  readonly route: Route;
}

/** A metric that is one number. */
export type SimpleMetric = {
  [Name in MetricName]: (typeof METRICS)[Name] extends
    | { type: 'histogram' }
    | { labels: readonly [string, ...string[]] }
    ? never
    : Name;
}[MetricName];

const OPERATION: Operation = {
  summary: 'Counts of this instance, as Prometheus reads them',
  responses: {
    200: { description: 'The metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
  },
};

type Samples = Iterable<Sample | HistogramSample>;

/** Creates the page of what is counted, of the model that is served, and of the process. */
export function createMetricsPage(counts: Counts, scorer: PredictParts['scorer']): MetricsPage {
  const readers = new Map<MetricName, () => Samples>([
    ['scorestream_requests_total', () => toStatuses(counts)],
    ['scorestream_request_duration_seconds', () => toLatencies(counts)],
    ['scorestream_request_errors_total', () => toCodes(counts.errors)],
    ['scorestream_rows_refused_total', () => toCodes(counts.rows.refused)],
    ['scorestream_request_rows', () => [{ histogram: counts.rows.sizes }]],
    ['scorestream_model_info', () => toModelInfo(scorer)],
    ['scorestream_model_load_seconds', () => toModelLoad(scorer)],
    ['scorestream_model_since_timestamp_seconds', () => toModelSince(scorer)],
    ['scorestream_event_loop_delay_seconds', createLoopDelay()],
  ]);
  const gauge = (name: SimpleMetric, read: () => number): void => {
    readers.set(name, () => [{ value: read() }]);
  };
  gauge('scorestream_requests_in_progress', () => counts.inProgress);
  gauge('scorestream_rows_scored_total', () => counts.rows.scored);
  gauge('process_resident_memory_bytes', readResidentBytes);
  gauge('process_cpu_seconds_total', readCpuSeconds);
  gauge('process_start_time_seconds', readStartSeconds);
  return {
    gauge,
    route: {
      methods: ['GET', 'HEAD'],
      answer: async () => toAnswer(readers),
      operations: { GET: () => OPERATION },
    },
  };
}

function toAnswer(readers: ReadonlyMap<MetricName, () => Samples>): Answer {
  let body = '';
  for (const [name, metric] of Object.entries(METRICS)) {
    const samples = readers.get(name as MetricName); // a key of METRICS
    if (samples !== undefined) body += toMetricText(name, metric, samples());
  }
  return { status: 200, contentType: METRIC_TEXT_TYPE, body, headers: { 'Cache-Control': 'no-store' } };
}

function* toStatuses({ routes }: Counts): Generator<Sample, void> {
  for (const [route, meter] of routes) {
    for (const [status, value] of meter.statuses())
      yield { labels: { route, status: String(status) }, value };
  }
}

function* toLatencies({ routes }: Counts): Generator<HistogramSample, void> {
  for (const [route, { latency: histogram }] of routes) yield { labels: { route }, histogram };
}

function* toCodes(counts: ReadonlyMap<string, number>): Generator<Sample, void> {
  for (const [code, value] of counts) yield { labels: { code }, value };
}

function toModelInfo(scorer: PredictParts['scorer']): readonly Sample[] {
  const now = scorer.state();
  if (now.state !== 'ready') return [];
  const { name, version, digest } = now.identity;
  return [{ labels: { name, version, digest }, value: 1 }];
}

function toModelLoad(scorer: PredictParts['scorer']): readonly Sample[] {
  const now = scorer.state();
  if (now.state !== 'ready') return [];
  const { importMs, readMs, checksumMs, sessionMs, selfTestMs } = now.cost;
  const parts = {
    import: importMs,
    read: readMs,
    checksum: checksumMs,
    session: sessionMs,
    self_test: selfTestMs,
  };
  return Object.entries(parts).map(([part, ms]) => ({ labels: { part }, value: ms / 1000 }));
}

function toModelSince(scorer: PredictParts['scorer']): readonly Sample[] {
  const now = scorer.state();
  return now.state === 'ready' ? [{ value: Date.parse(now.since) / 1000 }] : [];
}
