import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Who takes part. */
export type ContenderName = keyof typeof CONTENDERS;

/** What a contender is. */
export interface Contender {
  /** As tables call it. */
  readonly title: string;
  /** Its program, in bench/csv. */
  readonly program: string;
  readonly flags?: readonly string[];
  /** What it writes: every column with label and probability, those two alone, or nothing. */
  readonly writes: 'all' | 'two' | 'nothing';
  /** Whether it keeps the whole file in memory, so many times its size. */
  readonly memoryTimes?: number;
}

/** What a contender's process told of one run. */
export interface Run {
  readonly seconds: number;
  readonly rssMb: number;
}

/** What a contender is told. */
export interface Task {
  /** Path or URI of the input. */
  readonly input: string;
  readonly output: string;
  readonly model: string;
  /** How many rows it has to find. */
  readonly rows: number;
  /** The interpreter of the programs in Python. */
  readonly python: string;
  readonly environment: Readonly<Record<string, string>>;
}

const RUN_MS = 30 * 60_000;
const POLARS = 'peers/with-polars.py';
const PANDAS = 'peers/with-pandas.py';

/** Every contender; the first is Scorestream. */
export const CONTENDERS = {
  ours: { title: 'Scorestream', program: 'ours.ts', writes: 'all' },
  polars: { title: 'polars + onnxruntime', program: POLARS, writes: 'all', memoryTimes: 6 },
  'polars-stream': {
    title: 'polars + onnxruntime, streaming engine',
    program: POLARS,
    flags: ['--stream'],
    writes: 'all',
  },
  pandas: { title: 'pandas + onnxruntime', program: PANDAS, writes: 'all', memoryTimes: 6 },
  'pandas-stream': {
    title: 'pandas + onnxruntime, in chunks',
    program: PANDAS,
    flags: ['--stream'],
    writes: 'all',
  },
  'csv-parse': {
    title: 'csv-parse + onnxruntime-node',
    program: 'peers/with-csv-parse.ts',
    writes: 'all',
  },
  'polars-two': { title: 'polars + onnxruntime', program: POLARS, flags: ['--two'], writes: 'two' },
  'pandas-two': { title: 'pandas + onnxruntime', program: PANDAS, flags: ['--two'], writes: 'two' },
  'ours-one': {
    title: 'Scorestream, one thread',
    program: 'ours.ts',
    flags: ['--workers', '1'],
    writes: 'all',
  },
  gunzip: { title: 'gunzip alone, into nothing', program: 'floors/gunzip-program.ts', writes: 'nothing' },
  zlib: { title: "Node's zlib alone, into nothing", program: 'floors/zlib.ts', writes: 'nothing' },
  download: {
    title: "the download alone by Scorestream's client, into nothing",
    program: 'floors/download.ts',
    writes: 'nothing',
  },
  sdkDownload: {
    title: 'the download alone by @google-cloud/storage, into nothing',
    program: 'floors/sdk-download.ts',
    writes: 'nothing',
  },
} as const satisfies Record<string, Contender>;

/** Runs a contender once, in a process of its own. @throws Error with the last it said, when it fails */
export async function runContender(name: ContenderName, task: Task): Promise<Run> {
  const contender: Contender = CONTENDERS[name];
  const program = join(import.meta.dirname, contender.program);
  const command = program.endsWith('.py') ? task.python : process.execPath;
  const words =
    contender.writes === 'nothing'
      ? [program, task.input]
      : [program, task.input, task.output, '--model', task.model, ...(contender.flags ?? [])];
  const child = spawn(command, words, {
    env: { ...process.env, ...task.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS,
  });
  let [printed, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(toReason(said) ?? `it ended with ${signal ?? code}`);
  const { seconds, rows, rssMb } = JSON.parse(printed) as Run & { readonly rows: number | null };
  if (rows !== null && rows !== task.rows) throw new Error(`it found ${rows} rows of ${task.rows}`);
  return { seconds, rssMb };
}

/** The line of a trace that says what happened. */
function toReason(said: string): string | undefined {
  const lines = said.trim().split('\n');
  return (lines.find((line) => /^[\w.]*(Error|Exception)\b.*: /.test(line)) ?? lines.at(-1)) || undefined;
}
