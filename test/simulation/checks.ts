import { decodeJob, type Job } from '../../src/batch/job.ts';
import { ERRORS_HEADER } from '../../src/encode/csv.ts';
import { countLines, JUDGED_ROWS, readRecord, toErrorRow } from './text-engine.ts';
import { INPUT, namesOf, type World } from './world.ts';

/** What must come of an input's text, told from the text alone. */
interface Expected {
  readonly isRefused: boolean;
  readonly rows: readonly string[];
  readonly errors: string;
  readonly failed: number;
}

function expect(text: string, maxFailedRatio: number | undefined): Expected {
  const start = text.indexOf('\n') === -1 ? text.length : text.indexOf('\n') + 1;
  const rows: string[] = [];
  const kinds: boolean[] = [];
  let errors = ERRORS_HEADER;
  for (let at = start; at < text.length; ) {
    const record = readRecord(text, at);
    if (record.isBad) errors += toErrorRow(1 + countLines(text.slice(0, at)), record.text);
    if (!record.isBlank) kinds.push(record.isBad);
    if (!record.isBlank && !record.isBad) rows.push(record.text);
    at = record.end;
  }
  const failed = kinds.filter((isBad) => isBad).length;
  const isHopeless = kinds.length >= JUDGED_ROWS && kinds.slice(0, JUDGED_ROWS).every((isBad) => isBad);
  const isOverLimit =
    maxFailedRatio !== undefined && kinds.length > 0 && failed / kinds.length > maxFailedRatio;
  return {
    isRefused: text === '' || text.startsWith('strange') || isHopeless || isOverLimit,
    rows,
    errors,
    failed,
  };
}

/** All that is wrong with what came of a world's job; empty when it is as it must be. */
export function findWrongs(world: World, text: string): readonly string[] {
  const { bucket, options, violations } = world;
  const { results, root, output } = namesOf(world);
  const wrongs = [...violations, ...rewrittenIn(world, output)];
  const verdict = bucket.get(results.job);
  // who slept over the removal of the verdict may write the old one again: nobody can tell it from a first
  if (verdict !== undefined && verdict.writer <= world.runsBefore) return wrongs;
  const stored = verdict?.content.bytes;
  if (stored === undefined) {
    if (bucket.get(INPUT) === undefined) return wrongs;
    return [...wrongs, 'there is no verdict'];
  }
  const job = decodeJob(stored);
  const expected = expect(text, options.settings.maxFailedRatio);
  if ((job.state === 'failed') !== expected.isRefused) wrongs.push(`it ${job.state}: ${job.error?.message}`);
  if (job.state === 'failed') wrongs.push(...wrongLetters(world, stored));
  else wrongs.push(...wrongResults(world, job, expected));
  if (job.state === 'succeeded' && world.letters.length > 0)
    wrongs.push('a dead letter of a job that succeeded');
  if (bucket.get(INPUT) !== undefined) wrongs.push(...leftovers(world, root));
  return wrongs;
}

function rewrittenIn({ bucket }: World, output: string): readonly string[] {
  return [...bucket.writes].flatMap(([uri, count]) =>
    uri.startsWith(output) && count > 1 ? [`${uri} was written ${count} times`] : [],
  );
}

function wrongLetters({ letters, runsBefore }: World, job: Uint8Array): readonly string[] {
  if (letters.length === 0) return ['a failed job has no dead letter'];
  const same = letters.filter(({ data }) => Buffer.compare(data, job) === 0);
  // a worker that slept may tell of the job as it was before its results were removed
  const isRight = runsBefore === 0 ? same.length === letters.length : same.length > 0;
  return isRight ? [] : ['dead letters of the job differ'];
}

function wrongResults(world: World, job: Job, expected: Expected): readonly string[] {
  const { bucket } = world;
  const { results } = namesOf(world);
  const wrongs: string[] = [];
  const textOf = (uri: string): string => Buffer.from(bucket.get(uri)?.content.bytes ?? []).toString();
  const [header, ...lines] = textOf(results.predictions).trimEnd().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as [string, string, string]);
  if (header !== 'header') wrongs.push('the header is not the first line');
  if (JSON.stringify(rows.map(([row]) => row)) !== JSON.stringify(expected.rows))
    wrongs.push('the rows are wrong');
  if (rows.some(([, digest]) => digest !== job.model.digest)) wrongs.push('more than one model');
  if (textOf(results.errors) !== expected.errors) wrongs.push('the errors are wrong');
  const { read, scored, failed } = job.rows ?? { read: -1, scored: -1, failed: -1 };
  if (scored !== expected.rows.length || failed !== expected.failed || read !== scored + failed) {
    wrongs.push('the sums are wrong');
  }
  for (const output of [job.outputs?.predictions, job.outputs?.errors]) {
    const held = bucket.get(output?.uri ?? '');
    const isTrue = held?.generation === output?.generation && held?.content.crc32c === output?.crc32c;
    if (!isTrue || held?.content.size !== output?.size)
      wrongs.push(`${output?.uri} is not as the verdict says`);
  }
  return wrongs;
}

/** What is left of the working objects, but for what workers wrote that were under way when the job got its verdict. */
function leftovers({ bucket, verdicts, acknowledged }: World, root: string): readonly string[] {
  return bucket.list(`${root}/`).flatMap(({ uri, generation }) => {
    const writer = bucket.get(uri)?.writer ?? 0;
    const isLate = verdicts.some(
      (verdict) => Number(generation) > verdict.generation && writer <= verdict.runs,
    );
    const isOpen = uri.endsWith('/plan.json') && acknowledged.has(writer);
    return isLate && !isOpen ? [] : [`${uri} is left`];
  });
}
