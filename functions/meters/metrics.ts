/** What a metric counts, as Prometheus has it. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric of `/metrics`; `docs/monitoring.md` is the same table, and a test holds the two together. */
export const METRICS = {
  scorestream_requests_total: {
    type: 'counter',
    labels: ['route', 'status'],
    help: 'Requests answered. Paths that there are not have the route unknown; 499 is a client that went away.',
  },
  scorestream_request_duration_seconds: {
    type: 'histogram',
    labels: ['route'],
    help: 'From the headers of a request to the last byte of its answer, as this process sees them.',
  },
  scorestream_requests_in_progress: {
    type: 'gauge',
    labels: [],
    help: 'Requests that came and are not answered yet.',
  },
  scorestream_request_errors_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Requests that failed as a whole, by code of the error; not those that failed for their rows.',
  },
  scorestream_rows_scored_total: {
    type: 'counter',
    labels: [],
    help: 'Rows whose predictions were answered; one bad row may keep all of a request from it.',
  },
  scorestream_rows_refused_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Rows that could not be scored, by code of their first problem.',
  },
  scorestream_request_rows: {
    type: 'histogram',
    labels: [],
    help: 'Rows that were read of a request that has some.',
  },
  scorestream_admitted_requests: {
    type: 'gauge',
    labels: [],
    help: 'Predictions under way; too many of them are answered 429.',
  },
  scorestream_admitted_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes of bodies that are held; too many are answered 429.',
  },
  scorestream_queue_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the rows that wait for the model will take; too long is answered 429.',
  },
  scorestream_model_info: {
    type: 'gauge',
    labels: ['name', 'version', 'digest'],
    help: '1 for the model that is served; nothing before there is one.',
  },
  scorestream_model_load_seconds: {
    type: 'gauge',
    labels: ['part'],
    help: 'How long the parts of loading the served model took: import, read, checksum, session, self_test. They may overlap.',
  },
  scorestream_model_since_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the model came to be served, in seconds since 1970.',
  },
  scorestream_event_loop_delay_seconds: {
    type: 'gauge',
    labels: ['quantile'],
    help: 'How late the event loop was since the scrape before; quantile 1 is the latest. Begins with the first scrape.',
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Memory that the process has in RAM.',
  },
  process_cpu_seconds_total: {
    type: 'counter',
    labels: [],
    help: 'Processor time of the process, its threads included.',
  },
  process_start_time_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the process started, in seconds since 1970.',
  },
} as const satisfies Record<string, Metric>;

/** The name of a metric of {@link METRICS}. */
export type MetricName = keyof typeof METRICS;
