import { once } from 'node:events';
import { composeFileScorer } from '../src/compose.ts';
import { type Command, usage } from './command.ts';
import { MODEL_FLAG, readSettings } from './settings.ts';
import { shownPath } from './shown-path.ts';

/** `scorestream score`: one CSV file, here and now. */
export const score: Command = {
  usage: 'score FILE.csv [-o DIR|-] [--model DIR|FILE.onnx]',
  summary:
    'Scores a CSV file: predictions.csv, errors.csv and job.json in DIR, or predictions to standard output.',
  flags: {
    model: MODEL_FLAG,
    output: {
      short: 'o',
      value: 'DIR',
      help: "where results go; - is standard output (default: the file's name less .csv)",
    },
  },
  words: 1,
  async run({ values, positionals: [file = ''] }) {
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort(usage('Stopped: no results were written.')));
    const scorer = await composeFileScorer(readSettings(undefined, values['model']));
    const { output = file.replace(/\.csv$/i, '') } = values;
    if (output === '-') {
      const { scored, failed } = await scorer.intoSink(file, writeOut, writeErrors(), stop.signal);
      process.stderr.write(`${scored} rows scored, ${failed} failed.\n`);
      return 0;
    }
    const folder = output === file ? `${file}.scored` : String(output);
    const job = await scorer.intoFolder(file, folder, stop.signal);
    if (job.state === 'failed') {
      process.stderr.write(`${file} failed as a whole: ${job.error?.message} (${job.error?.code})\n`);
      for (const { line, message } of job.reasons ?? []) process.stderr.write(`  line ${line}: ${message}\n`);
      return 1;
    }
    process.stdout.write(
      `${job.rows?.scored} rows scored, ${job.rows?.failed} failed: ${shownPath(folder)}\n`,
    );
    return 0;
  },
};

async function writeOut(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

/** Rows that fail are told on standard error; their header line is not. */
function writeErrors(): (bytes: Uint8Array) => Promise<void> {
  let isHeader = true;
  return async (bytes) => {
    if (!isHeader) process.stderr.write(bytes);
    isHeader = false;
  };
}
