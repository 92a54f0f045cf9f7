// Scorestream itself, as `scorestream score` runs it, into a file: `node bench/csv/ours.ts FILE OUT --model DIR [--workers N]`.
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startScoreWorkers } from '../../cli/score-workers.ts';
import { readSettings } from '../../cli/settings.ts';
import { composeStorage } from '../../src/compose.ts';
import { composeFileScorer, countFileCpus } from '../../src/compose-files.ts';
import { printTime } from './stopwatch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, workers: { type: 'string' } },
});
const [file = '', out = ''] = positionals;

const config = readSettings(undefined, values.model);
const scorer = await composeFileScorer(config);
const { uri, generation, size } = await (await composeStorage(config)).stat(file); // loads the client of the storage
const folder = await mkdtemp(join(dirname(out), 'ours-'));
const count = Number(values.workers ?? (scorer.rowMs >= 0.0015 ? countFileCpus(config) : 1)); // as `score` does
const isCut = count > 1 && !/\.gz$|^gs:/.test(file);
const threads = isCut
  ? startScoreWorkers(count, {
      ...{ config, digest: scorer.model.digest, tallied: undefined },
      input: { uri, generation, size },
    })
  : undefined;
// start-up is not counted: threads are ready once they have scored nothing
await Promise.all(
  (threads?.workers ?? []).map((each) => each.score({ from: size, isGuess: false, bound: size + 1 })),
);

await printTime(async () => {
  const { signal } = new AbortController();
  const job = await scorer.intoFolder(file, folder, { signal, startWorkers: threads && (() => threads) });
  if (job.rows === undefined || job.rows.failed > 0) throw new Error(`A row failed: ${JSON.stringify(job)}`);
  return job.rows.scored;
});
await rename(join(folder, 'predictions.csv'), out);
await rm(folder, { recursive: true });
