import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { FUNCTION_ENVIRONMENT, FUNCTION_NODE_OPTIONS } from '../../cli/function-process.ts';
import { type Door, toForm, toInstances, toTensor } from './door.ts';
import type { PythonPlaces } from './python.ts';
import type { Scenario, ScenarioName } from './scenarios.ts';

/** Names of the contenders, as `--only` takes them. */
export const CONTENDER_NAMES = [
  'ours',
  'without-lane',
  'echo',
  'flask-1',
  'flask',
  'fastapi-1',
  'fastapi',
  'mlserver',
] as const;

/** One of them. */
export type ContenderName = (typeof CONTENDER_NAMES)[number];

/** What a server needs to start. */
export interface Place {
  /** Free ports: the first is the server's, the others are for what it listens to beside it. */
  readonly ports: readonly [number, number, number];
  readonly python: PythonPlaces;
  /** Our answer to the scenario, which the echo gives. */
  readonly answer: string;
  /** Where Node leaves its processor profile; undefined for none. */
  readonly profile: string | undefined;
}

/** A program to start. Environments are moved when they are made, so that their scripts don't start: `python -m` does. */
export interface Launch {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Who takes part. */
export interface Contender {
  readonly title: string;
  /** Whose Python it runs on, of {@link PythonPlaces}. */
  readonly python?: 'peers' | 'mlserver';
  /** Answers 200 once it can predict. */
  readonly readyPath: string;
  /** What it is sent for each scenario that it takes. */
  readonly doors: Readonly<Partial<Record<ScenarioName, (scenario: Scenario) => Door>>>;
  launch(place: Place): Launch;
}

const root = join(import.meta.dirname, '../..');
const FRAMEWORK = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
const MODEL_FOLDER = join(root, 'model-files/flight-delay');
const PEERS = join(import.meta.dirname, 'peers');
const CORES = availableParallelism();
/** https://docs.gunicorn.org/en/stable/design.html */
const GUNICORN_WORKERS = 2 * CORES + 1;

const OUR_DOORS = { form: toForm, json: toInstances, columns: toInstances, rows: toInstances };

/** Everyone, ours first. */
export const CONTENDERS: Readonly<Record<ContenderName, Contender>> = {
  ours: {
    title: 'Scorestream in the functions-framework',
    readyPath: '/ready',
    doors: OUR_DOORS,
    launch: (place) => toFramework(place, join(root, 'dist/functions/index.js')),
  },
  'without-lane': {
    title: "the same handler behind the framework's listener",
    readyPath: '/ready',
    doors: OUR_DOORS,
    launch: (place) => toFramework(place, join(root, 'test/integration/without-listener.ts')),
  },
  echo: {
    title: 'bare node:http, a constant answer of the same bytes',
    readyPath: '/',
    doors: OUR_DOORS,
    launch: ({ ports: [port], answer, profile }) => ({
      command: process.execPath,
      words: [...toProfiling(profile), join(import.meta.dirname, 'echo.ts')],
      environment: { PORT: String(port), ANSWER: answer },
    }),
  },
  'flask-1': toFlask(1),
  flask: toFlask(GUNICORN_WORKERS),
  'fastapi-1': toFastApi(1),
  fastapi: toFastApi(CORES),
  mlserver: {
    title: 'MLServer, scikit-learn',
    python: 'mlserver',
    readyPath: '/v2/models/flight-delay/ready',
    doors: { json: toTensor, rows: toTensor },
    launch: ({ ports: [http, grpc, metrics], python }) => ({
      command: join(python.mlserver, 'bin/python'),
      words: ['-c', 'from mlserver.cli import main; main()', 'start', python.mlserverModels],
      environment: {
        MLSERVER_HOST: '127.0.0.1',
        MLSERVER_HTTP_PORT: String(http),
        MLSERVER_GRPC_PORT: String(grpc),
        MLSERVER_METRICS_PORT: String(metrics),
        MLSERVER_METRICS_DIR: join(python.mlserverModels, '.metrics'),
        MLSERVER_ENVIRONMENTS_DIR: join(python.mlserverModels, '.envs'),
      },
    }),
  },
};

function toFramework({ ports: [port], profile }: Place, source: string): Launch {
  return {
    command: process.execPath,
    words: [
      ...FUNCTION_NODE_OPTIONS,
      ...toProfiling(profile),
      FRAMEWORK,
      '--target=predict',
      `--port=${port}`,
      `--source=${source}`,
    ],
    environment: {
      ...FUNCTION_ENVIRONMENT,
      MODEL_URI: MODEL_FOLDER,
    },
  };
}

function toProfiling(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`];
}

/** The original's stack, on its form. */
function toFlask(workers: number): Contender {
  return {
    title: `Flask, gunicorn (${toWorkers(workers)}), scikit-learn`,
    python: 'peers',
    readyPath: '/health',
    doors: { form: toForm },
    launch: ({ ports: [port], python }) => ({
      command: join(python.peers, 'bin/python'),
      words: [
        '-m',
        'gunicorn',
        `--chdir=${PEERS}`,
        `--workers=${workers}`,
        `--bind=127.0.0.1:${port}`,
        'with_flask:app',
      ],
      environment: { COEFFICIENTS: join(MODEL_FOLDER, 'coefficients.json') },
    }),
  };
}

/** Without a log line for each request, which nobody else here writes. */
function toFastApi(workers: number): Contender {
  return {
    title: `FastAPI, uvicorn (${toWorkers(workers)}), onnxruntime`,
    python: 'peers',
    readyPath: '/health',
    doors: { json: toInstances, rows: toInstances },
    launch: ({ ports: [port], python }) => ({
      command: join(python.peers, 'bin/python'),
      words: [
        ...['-m', 'uvicorn'],
        ...['--app-dir', PEERS, '--host', '127.0.0.1', '--port', String(port)],
        ...['--workers', String(workers), '--loop', 'uvloop', '--http', 'httptools', '--no-access-log'],
        'with_fastapi:app',
      ],
      environment: { MODEL: join(MODEL_FOLDER, 'model.onnx') },
    }),
  };
}

function toWorkers(workers: number): string {
  return workers === 1 ? '1 worker' : `${workers} workers`;
}
