import type { ScoreObserver } from '../src/batch/observer.ts';
import { createTally, type Tally } from '../src/batch/tally.ts';
import type { composeFileScorer } from '../src/compose.ts';
import { openInput } from './publish-input.ts';
import type { ScoreInput } from './score-input.ts';
import { type ScoreTask, STANDARD_OUTPUT } from './score-outputs.ts';
import type { ScoreProgress } from './score-progress.ts';
import type { Sinks } from './score-streams.ts';

/** What became of one input. */
export interface ScoreOutcome {
  readonly task: ScoreTask;
  readonly scored: number;
  readonly failed: number;
  /** Of the input, as it is stored. */
  readonly bytes: number;
  readonly seconds: number;
  readonly tally: Tally;
  /** Why it failed as a whole. */
  readonly error?: { readonly code: string; readonly message: string };
  /** The first bad rows, where they made it fail. */
  readonly reasons: readonly { readonly line: number; readonly message: string }[];
}

/** What scoring inputs needs. */
export interface ScoreParts {
  readonly scorer: Awaited<ReturnType<typeof composeFileScorer>>;
  readonly progress: ScoreProgress;
  /** Where predictions and bad rows go that go to no folder. */
  readonly sinks: Sinks;
  readonly signal: AbortSignal;
}

/**
 * Scores inputs one after the other. One that fails as a whole doesn't keep the others from being scored.
 *
 * @throws what keeps all from being scored: trouble with storage, an abort; a ScorerError for what fails as a whole
 * and has no folder that could say so
 */
export async function* runTasks(
  tasks: readonly ScoreTask[],
  parts: ScoreParts,
): AsyncGenerator<ScoreOutcome> {
  let before = { rows: 0, bytes: 0, failed: 0 };
  for (const [index, task] of tasks.entries()) {
    const watch = createWatch(task.input, (now) => {
      parts.progress.update({
        rows: before.rows + now.rows,
        bytes: before.bytes + now.bytes,
        failed: before.failed + now.failed,
        file: index + 1,
      });
    });
    yield await scoreTask(task, parts, watch);
    const { rows, bytes, failed } = watch.counts;
    before = { rows: before.rows + rows, bytes: before.bytes + bytes, failed: before.failed + failed };
  }
}

async function scoreTask(task: ScoreTask, parts: ScoreParts, watch: Watch): Promise<ScoreOutcome> {
  const { scorer, sinks, signal } = parts;
  const startMs = performance.now();
  const toOutcome = (more: Pick<ScoreOutcome, 'scored' | 'failed' | 'error' | 'reasons'>): ScoreOutcome => ({
    task,
    bytes: watch.counts.bytes,
    seconds: (performance.now() - startMs) / 1000,
    tally: watch.tally(),
    ...more,
  });
  const { uri, isPipe } = task.input;
  if (task.output === STANDARD_OUTPUT) {
    const source = isPipe ? (await openInput(uri)).read(signal) : uri;
    const totals = await scorer.intoSink(source, sinks.predictions, sinks.errors, signal, watch.observer);
    return toOutcome({ ...totals, reasons: [] });
  }
  const { rows, error, reasons = [] } = await scorer.intoFolder(uri, task.output, signal, watch.observer);
  const { scored, failed } = rows ?? { scored: 0, failed: 0 };
  return toOutcome({ scored, failed, reasons, ...(error === undefined ? {} : { error }) });
}

interface Counts {
  rows: number;
  bytes: number;
  failed: number;
}

/** Watches one input being scored. */
interface Watch {
  readonly observer: ScoreObserver;
  readonly counts: Readonly<Counts>;
  tally(): Tally;
}

function createWatch({ name }: ScoreInput, onBytes: (now: Readonly<Counts>) => void): Watch {
  const counts: Counts = { rows: 0, bytes: 0, failed: 0 };
  const tally = createTally(name);
  return {
    counts,
    tally: tally.result,
    observer: {
      scored(predictions) {
        counts.rows += predictions.rows;
        tally.scored(predictions);
      },
      failed(line, failure) {
        counts.rows += 1;
        counts.failed += 1;
        tally.failed(line, failure);
      },
      bytes(count) {
        counts.bytes += count;
        onBytes(counts);
      },
    },
  };
}
