import { resolve } from 'node:path';
import { createTally, mergeTallies, type Tally } from '../src/batch/tally.ts';
import type { Storage } from '../src/ports/storage.ts';
import { usage } from './command.ts';
import { isCsvName } from './csv-names.ts';
import type { ReportData } from './report/report-data.ts';
import { type ScoreTask, STANDARD_OUTPUT } from './score-outputs.ts';
import type { ScoreOutcome } from './score-run.ts';
import { isRemote, shownPath } from './shown-path.ts';

/**
 * Where the report goes, of what `--report` says.
 *
 * @throws ScorerError `USAGE` for what is no file, or would replace an input
 */
export function toReportUri(report: string, tasks: readonly ScoreTask[]): string {
  if (report === '' || report === '-' || report.endsWith('/') || isCsvName(report)) {
    throw usage(
      `--report takes the name of a page to write, such as report.html, got ${JSON.stringify(report)}.`,
    );
  }
  const uri = isRemote(report) ? report : resolve(report);
  const replaced = tasks.find(({ input }) => input.uri === uri);
  if (replaced !== undefined) throw usage(`--report would replace the input ${replaced.input.name}.`);
  return uri;
}

/** What a report tells of outcomes. */
export function toReportData(
  outcomes: readonly ScoreOutcome[],
  run: Omit<ReportData, 'inputs' | 'tally'>,
): ReportData {
  return {
    ...run,
    inputs: outcomes.map(({ task, scored, failed, bytes, seconds, error }) => ({
      ...{ name: task.input.name, scored, failed, bytes, seconds },
      output: task.output === STANDARD_OUTPUT ? 'standard output' : shownPath(task.output),
      state: error === undefined ? 'succeeded' : 'failed',
      ...(error === undefined ? {} : { error: `${error.message} (${error.code})` }),
    })),
    tally: outcomes.map(({ tally }) => tally).reduce<Tally>(mergeTallies, createTally('').result()),
  };
}

/** Writes a report as one page. */
export async function writeReport(storage: Storage, uri: string, data: ReportData): Promise<void> {
  const { toReportHtml } = await import('./report/report.ts'); // who asks for none doesn't pay for it
  const options = isRemote(uri) ? { contentType: 'text/html; charset=utf-8' } : {}; // a file's name says it
  await storage.write(uri, Buffer.from(toReportHtml(data)), options);
}
