import { decodeJob, type Job } from '../../src/batch/job.ts';
import { ERRORS_HEADER } from '../../src/encode/csv.ts';
import { countRows, ERROR_BYTES, HEADER_BYTES } from './range-engine.ts';
import { namesOf, type World } from './world.ts';

/** All that is wrong with the results of an input that is only told of: each row must be there once, in order, by one model. */
export function findLargeWrongs(world: World): readonly string[] {
  const { bucket, violations } = world;
  const { results, root } = namesOf(world);
  const stored = bucket.get(results.job)?.content.bytes;
  if (stored === undefined) return [...violations, 'there is no verdict'];
  const job = decodeJob(stored);
  const wrongs = [...violations, ...wrongSums(world, job), ...wrongOutputs(world, job)];
  if (job.state !== 'succeeded') wrongs.push(`the job failed: ${job.error?.message}`);
  for (const uri of Object.values(results)) {
    const count = bucket.writes.get(uri) ?? 0;
    if (count !== 1) wrongs.push(`${uri} was written ${count} times`);
  }
  const verdict = world.verdicts[0]?.generation ?? 0;
  const left = bucket.list(`${root}/`).filter(({ generation }) => Number(generation) < verdict).length;
  return left === 0 ? wrongs : [...wrongs, `${left} working objects are left`];
}

function wrongSums({ options }: World, { rows }: Job): readonly string[] {
  const expected = countRows(options.input.size);
  const { read, scored, failed } = rows ?? { read: 0, scored: 0, failed: 0 };
  const isRight = read === expected.rows && failed === expected.failed && read === scored + failed;
  return isRight ? [] : ['the sums are wrong'];
}

function wrongOutputs({ bucket, options }: World, { rows, outputs }: Job): readonly string[] {
  const [predictions, errors] = [outputs?.predictions, outputs?.errors].map(
    (output) => bucket.get(output?.uri ?? '')?.content,
  );
  const wrongs: string[] = [];
  const [all, ...others] = predictions?.spans ?? [];
  if (others.length > 0 || all?.from !== HEADER_BYTES || all.to !== options.input.size) {
    wrongs.push('rows are missing, out of order or of two models');
  }
  if (errors?.size !== ERRORS_HEADER.length + (rows?.failed ?? 0) * ERROR_BYTES)
    wrongs.push('errors.csv is wrong');
  let end = 0;
  for (const { from, to } of errors?.spans ?? []) {
    if (from < end) wrongs.push(`errors.csv is out of order at ${from}`);
    end = to;
  }
  return wrongs;
}
