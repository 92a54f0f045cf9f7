// 10,000 broken model files: each is refused or opened, and those that end the process they are opened in, or
// never come to an end, are refused by a trial.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { createTrialDescriber } from '../../src/trial/trial.ts';
import { readMutated } from './mutated-models.ts';

const COUNT = Number(process.env['MUTATED_MODELS'] ?? 10_000);
const LANES = 2;
/** A file that takes longer never comes to an end. */
const PATIENCE_MS = 10_000;

interface Tally {
  opened: number;
  refused: number;
  readonly failed: string[];
  /** Seeds of files that the runtime did not survive. */
  readonly deadly: number[];
}

/** Runs seeds in one process, and in another from the next seed on where that did not survive one. */
async function runSeeds(from: number, to: number, tally: Tally): Promise<void> {
  for (let next = from; next < to; ) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'mutated-models-program.ts'), `${next}`, `${to}`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const closed = once(child, 'close');
    let late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    let done = next - 1;
    for await (const line of createInterface({ input: child.stdout })) {
      clearTimeout(late);
      late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      const [seed = '', outcome] = line.split(' ', 2);
      if (outcome === undefined) continue; // killed in the middle of it
      done = Number(seed);
      if (outcome === 'opened') tally.opened += 1;
      else if (outcome === 'refused') tally.refused += 1;
      else tally.failed.push(line);
    }
    clearTimeout(late);
    await closed;
    if (done + 1 < to) tally.deadly.push(done + 1);
    next = done + 2;
  }
}

it(`${COUNT} broken model files end no process but that of their trial`, async (t) => {
  const tally: Tally = { opened: 0, refused: 0, failed: [], deadly: [] };
  const share = Math.ceil(COUNT / LANES);
  await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      runSeeds(lane * share, Math.min(COUNT, (lane + 1) * share), tally),
    ),
  );
  t.diagnostic(
    `${tally.opened} opened, ${tally.refused} refused, not survived: ${tally.deadly.join(', ') || 'none'}`,
  );
  assert.deepEqual(tally.failed, []);
  assert.equal(tally.opened + tally.refused + tally.deadly.length, COUNT);
  const describeModel = createTrialDescriber({ timeoutMs: PATIENCE_MS });
  for (const seed of tally.deadly) {
    await assert.rejects(describeModel(readMutated(seed), {}), { code: 'MODEL_INVALID' }, `seed ${seed}`);
  }
});
