// Scorestream itself, as `scorestream score` runs it, into a file: `node bench/csv/ours.ts FILE OUT --model DIR [--workers N]`.
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readSettings } from '../../cli/settings.ts';
import { composeFileScorer, composeStorage } from '../../src/compose.ts';
import { printTime } from './stopwatch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, workers: { type: 'string', default: '0' } },
});
const [file = '', out = ''] = positionals;
if (values.workers !== '0') throw new Error(`--workers is ${values.workers}: files are scored without any.`);

const settings = readSettings(undefined, values.model);
const scorer = await composeFileScorer(settings);
await (await composeStorage(settings)).stat(file); // the client of the storage is loaded, as all else is

await printTime(async () => {
  const output = await open(out, 'w');
  try {
    const { scored, failed } = await scorer.intoSink(
      file,
      async (bytes) => {
        await output.writeFile(bytes);
      },
      async () => {},
      new AbortController().signal,
    );
    if (failed > 0) throw new Error(`${failed} rows failed.`);
    return scored;
  } finally {
    await output.close();
  }
});
