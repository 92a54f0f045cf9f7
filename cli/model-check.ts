import { composeModelCheck, type ModelCheck } from '../src/compose-model.ts';
import { ScorerError } from '../src/errors.ts';
import type { Command } from './command.ts';
import { readCsv } from './read-csv.ts';
import { readSettings } from './settings.ts';

/** `scorestream model check`: all that a load does, and a report. */
export const modelCheck: Command = {
  usage: 'model check DIR|gs://BUCKET/PATH|FILE.onnx [--from data.csv]',
  summary:
    "Loads a model as a function does, tells what it takes, gives and costs, and warns. Exit code 1 when it can't be served.",
  flags: {
    from: { value: 'CSV', help: 'rows to come, to hold the manifest against' },
  },
  words: 1,
  async run({ values: { from }, positionals: [uri = ''] }) {
    try {
      const table = from === undefined ? undefined : readCsv(String(from));
      process.stdout.write(toText(await composeModelCheck(readSettings(undefined, uri), table)));
      return 0;
    } catch (error) {
      if (!(error instanceof ScorerError) || error.code === 'USAGE') throw error;
      process.stderr.write(`${uri} can't be served (${error.code}): ${error.message}\n`);
      return 1;
    }
  },
};

function toText({ identity, report, runner }: ModelCheck): string {
  const { manifest, producer, opsets, ops, goldenRows, warnings } = report;
  const rows = [
    ['predicts', toTask(manifest)],
    ['file', `${manifest.model.file}, ${toSize(report.bytes)}, ${producer || 'an unnamed exporter'}`],
    ['opsets', opsets.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`).join(', ')],
    ['operations', ops.map(([name, count]) => (count === 1 ? name : `${name} × ${count}`)).join(', ')],
    ['inputs', report.inputs.map(toShape).join(', ')],
    ['outputs', report.outputs.map(toShape).join(', ')],
    ['golden rows', goldenRows === undefined ? 'none' : `${goldenRows}, all as they must be`],
    ['cost', toCost(runner)],
    ['batching', toBatching(report.batching)],
  ].map(([name = '', text = '']) => `  ${name.padEnd(12)} ${text}\n`);
  const warned = warnings.map((warning) => `Warning: ${warning}\n`);
  return `${identity.name} ${identity.version} (${identity.digest}) can be served.\n\n${rows.join('')}${warned.length > 0 ? '\n' : ''}${warned.join('')}`;
}

function toTask({ task, outputs }: ModelCheck['report']['manifest']): string {
  const { classes, positive, targets } = outputs;
  const some = classes.slice(0, 10).map(String).join(', ');
  const listed = classes.length > 10 ? `${some}, …` : some;
  const ofClasses = classes.length === 0 ? '' : ` of ${listed}`;
  const withPositive = positive === undefined ? '' : ` (positive: ${positive})`;
  const ofTargets = targets === undefined ? '' : ` of ${targets.join(', ')}`;
  return `${task}${ofClasses}${withPositive}${ofTargets}`;
}

/** As the graph declares it: `features float32 [N, 37]`. */
function toShape({ name, type, shape }: ModelCheck['report']['inputs'][number]): string {
  return `${name} ${type ?? 'no tensor'} [${shape.map((size) => size || 'N').join(', ')}]`;
}

function toSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function toCost({ cost, kind, runRows }: ModelCheck['runner']): string {
  const where = kind === 'inline' ? 'in the event loop' : 'in worker threads';
  return `a row ${cost.oneRowMs.toFixed(3)} ms, 64 rows ${cost.batchMs.toFixed(3)} ms: runs ${where}, ${runRows} rows at a time`;
}

function toBatching({ rows, isDependent, largestDifference }: ModelCheck['report']['batching']): string {
  return isDependent
    ? `predictions depend on the rows beside, by ${largestDifference.toExponential(1)} at most in ${rows} rows`
    : `a row has the same bits alone, in pairs and among ${rows}`;
}
