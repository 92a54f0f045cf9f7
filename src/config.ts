import { ScorerError, show } from './errors.ts';

/** One option: where it comes from, what it means, how its text is read. */
interface Option<T> {
  readonly variable: string;
  /** A variable of the platform that counts when that one is not set. */
  readonly instead?: string;
  readonly default: string;
  readonly doc: string;
  parse(text: string): T;
}

/**
 * Every option there is, and the only reader of the environment. `docs/configuration.md` is the same
 * table; a test holds the two together.
 */
export const OPTIONS = {
  modelUri: {
    variable: 'MODEL_URI',
    instead: 'AIP_STORAGE_URI',
    default: 'model-files/flight-delay',
    doc: 'Folder of the model that is served, a local path or gs://bucket/path: its manifest.json and the files it names. Where it is not set, AIP_STORAGE_URI counts, which Vertex AI sets.',
    parse: toFolder,
  },
  modelRefreshSeconds: {
    variable: 'MODEL_REFRESH_SECONDS',
    default: '60',
    doc: 'How often requests make a function look for another model at MODEL_URI, in seconds; 0 for never.',
    parse: (text: string) => toWhole(text, 0, 86_400),
  },
  modelMaxBytes: {
    variable: 'MODEL_MAX_BYTES',
    default: '536870912',
    doc: 'A file of the model that has more bytes is refused before it is read.',
    parse: (text: string) => toWhole(text, 1, Number.MAX_SAFE_INTEGER),
  },
  outputUri: {
    variable: 'OUTPUT_URI',
    default: '.scorestream/output',
    doc: 'Folder below which the results of CSV objects are written, a local path or gs://bucket/path.',
    parse: toFolder,
  },
  inputPrefix: {
    variable: 'INPUT_PREFIX',
    default: '',
    doc: 'Only objects whose names begin with this are scored.',
    parse: (text: string) => text,
  },
  featuresTopic: {
    variable: 'FEATURES_TOPIC',
    default: 'features',
    doc: 'Topic that features come from, as dead letters name it; here and below, projects/PROJECT/topics/NAME for one on Pub/Sub.',
    parse: toTopic,
  },
  objectsTopic: {
    variable: 'OBJECTS_TOPIC',
    default: 'objects',
    doc: 'Topic that object notifications come from, as dead letters name it.',
    parse: toTopic,
  },
  shardsTopic: {
    variable: 'SHARDS_TOPIC',
    default: 'shards',
    doc: 'Topic that the scoring function publishes the steps of large jobs to, and that brings them back to it.',
    parse: toTopic,
  },
  shardBytes: {
    variable: 'SHARD_BYTES',
    default: '67108864',
    doc: 'A CSV object of more bytes is scored in pieces of this size, side by side; for slow models the pieces are smaller.',
    parse: (text: string) => toWhole(text, 1, Number.MAX_SAFE_INTEGER),
  },
  batchMaxErrorRatio: {
    variable: 'BATCH_MAX_ERROR_RATIO',
    default: '',
    doc: 'A CSV object fails as a whole when more than this share of its rows fail, of its first 1,000 or of all: 0 to 1. Without it, when the first 1,000 all fail.',
    parse: toRatio,
  },
  predictionsTopic: {
    variable: 'PREDICTIONS_TOPIC',
    default: 'predictions',
    doc: 'Topic that predictions of messages are published to.',
    parse: toTopic,
  },
  deadLettersTopic: {
    variable: 'DEAD_LETTERS_TOPIC',
    default: 'dead-letters',
    doc: 'Topic that rows, messages and objects that cannot be scored are published to.',
    parse: toTopic,
  },
  messageOrdering: {
    variable: 'MESSAGE_ORDERING',
    default: 'false',
    doc: 'Whether predictions keep the ordering keys of their messages: true or false.',
    parse: toBoolean,
  },
  deliveryTimeoutSeconds: {
    variable: 'DELIVERY_TIMEOUT_SECONDS',
    default: '540',
    doc: 'A delivery that is not done after so many seconds is answered 503 and comes again: less than the acknowledgement deadline of the subscription.',
    parse: (text: string) => toWhole(text, 1, 3600),
  },
  pubsubEmulatorHost: {
    variable: 'PUBSUB_EMULATOR_HOST',
    default: '',
    doc: 'Host and port of the Pub/Sub emulator: short names of topics are then topics there, in the project GOOGLE_CLOUD_PROJECT; it gets no credentials.',
    parse: toHost,
  },
  project: {
    variable: 'GOOGLE_CLOUD_PROJECT',
    default: 'scorestream',
    doc: 'Project of the topics on the Pub/Sub emulator, and of the traces that log lines name.',
    parse: toProject,
  },
  dataDir: {
    variable: 'LOCAL_DATA_DIR',
    default: '.scorestream',
    doc: 'Folder that holds the topics when there is no cloud.',
    parse: (text: string) => text,
  },
  inboxDir: {
    variable: 'LOCAL_INBOX_DIR',
    default: 'inbox',
    doc: 'Folder that stands for the input bucket (named inbox) when there is no cloud.',
    parse: (text: string) => text,
  },
  storageEmulatorHost: {
    variable: 'STORAGE_EMULATOR_HOST',
    default: '',
    doc: 'Host and port of a server for tests that stands for Cloud Storage, with or without http://; it gets no credentials.',
    parse: toHost,
  },
  corsOrigins: {
    variable: 'CORS_ORIGINS',
    default: '',
    doc: 'Origins whose pages may call the prediction function from a browser, such as https://app.example.com, with commas between them; * for all.',
    parse: toOrigins,
  },
  vertexHealthRoute: {
    variable: 'AIP_HEALTH_ROUTE',
    default: '',
    doc: 'One more path of the prediction function, which answers 200 when its model is ready: Vertex AI sets it.',
    parse: toRoute,
  },
  vertexPredictRoute: {
    variable: 'AIP_PREDICT_ROUTE',
    default: '',
    doc: 'One more path of the prediction function, which takes instances and answers predictions as Vertex AI has them: Vertex AI sets it.',
    parse: toRoute,
  },
  requestLogRatio: {
    variable: 'REQUEST_LOG_RATIO',
    default: '0',
    doc: 'The share of requests that are logged, 0 to 1; those that are answered 5xx always are.',
    parse: (text: string) => toRatio(text) ?? 0,
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    default: 'INFO',
    doc: 'Log lines below this severity are left out: DEBUG, INFO, WARNING or ERROR.',
    parse: toSeverity,
  },
} as const satisfies Record<string, Option<unknown>>;

/** The options with their values. */
export type Config = { readonly [Name in keyof typeof OPTIONS]: ReturnType<(typeof OPTIONS)[Name]['parse']> };

/**
 * Reads every option. A variable that is empty counts as not set.
 *
 * @throws ScorerError `INVALID_CONFIG` that names the variable, what was expected and what was found
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const entries = Object.entries<Option<unknown>>(OPTIONS).map(([name, { instead = '', ...option }]) => {
    const variable = environment[option.variable] || !environment[instead] ? option.variable : instead;
    const text = environment[variable] || option.default;
    try {
      return [name, option.parse(text)];
    } catch (cause) {
      const expected = cause instanceof Error ? cause.message : String(cause);
      const message = `${variable} is ${show(text)}: expected ${expected}.`;
      throw new ScorerError(message, { code: 'INVALID_CONFIG', cause });
    }
  });
  return Object.fromEntries(entries) as Config; // one entry an option, each from its own parser
}

function toFolder(text: string): string {
  const folder = text.replace(/(?<=[^/])\/+$/, '');
  const isLocal = !/^(?:gs:|[a-z][a-z0-9+.-]+:\/\/)/i.test(text);
  if (isLocal || /^gs:\/\/[a-z0-9][a-z0-9._-]+[a-z0-9](\/[^\r\n]+)?$/.test(folder)) return folder;
  throw new Error('the path of a local folder, or gs://bucket/path');
}

function toHost(text: string): string {
  if (text !== '' && !/^(https?:\/\/)?[^/\s]+\/?$/i.test(text)) throw new Error('a host and a port');
  return text;
}

function toOrigins(text: string): readonly string[] {
  const parts = text.trim().split(/\s*,\s*/);
  const origins = parts.filter((origin) => origin !== '');
  for (const origin of origins) {
    if (origin !== '*' && !(URL.canParse(origin) && new URL(origin).origin === origin)) {
      throw new Error('origins such as https://app.example.com (scheme, host, port, no path), or *');
    }
  }
  return origins;
}

function toRoute(text: string): string {
  if (/^(?:\/[\x21-\x7e]*)?$/.test(text) && !/[?#{}]/.test(text)) return text;
  throw new Error('a path that begins with / (no ?, #, { or })');
}

function toTopic(text: string): string {
  if (/^(?:projects\/[^/\s]+\/topics\/)?[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/.test(text)) return text;
  throw new Error(
    'a topic name (a letter, then 2 to 254 letters, digits or . _ ~ + % -), or projects/PROJECT/topics/NAME',
  );
}

function toProject(text: string): string {
  if (!/^[a-z0-9][a-z0-9.:-]*$/.test(text)) throw new Error('the id of a project');
  return text;
}

function toWhole(text: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`a whole number from ${min} to ${max}`);
}

function toRatio(text: string): number | undefined {
  if (text === '') return undefined;
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new Error('a number from 0 to 1');
}

function toBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error('true or false');
  return text === 'true';
}

function toSeverity(text: string): 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' {
  if (text === 'DEBUG' || text === 'INFO' || text === 'WARNING' || text === 'ERROR') return text;
  throw new Error('DEBUG, INFO, WARNING or ERROR');
}
