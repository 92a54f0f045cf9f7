import type { ErrorLimit } from '../src/batch/judge.ts';
import type { ScoreObserver } from '../src/batch/observer.ts';
import { createTally, mergeTallies, type Tally } from '../src/batch/tally.ts';
import type { composeFileScorer } from '../src/compose-files.ts';
import { openInput } from './publish-input.ts';
import type { ScoreInput } from './score-input.ts';
import { type ScoreTask, STANDARD_OUTPUT } from './score-outputs.ts';
import type { ScoreProgress } from './score-progress.ts';
import type { Sinks } from './score-streams.ts';
import type { ScoreWorkers } from './score-workers.ts';
import { isRemote } from './shown-path.ts';

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
  readonly errorLimit: ErrorLimit;
  /** True to count what a report tells. */
  readonly isTallied: boolean;
  /** Starts threads for an input where they gain anything. */
  startWorkers(input: WorkerInput): ScoreWorkers | undefined;
}

/** An input that threads may score. */
export interface WorkerInput {
  readonly uri: string;
  readonly generation: string;
  readonly size: number;
  /** Its name, where what comes of it is counted. */
  readonly tallied: string | undefined;
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
    const watch = createWatch(task.input, parts, (now) => {
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
  const { scorer, sinks, signal, errorLimit } = parts;
  const options = { signal, errorLimit, observer: watch.observer };
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
    try {
      const totals = await scorer.intoSink(source, sinks.predictions, sinks.errors, options);
      return toOutcome({ ...totals, reasons: [] });
    } catch (error) {
      signal.throwIfAborted(); // a stream that is stopped doesn't tell why
      throw error;
    }
  }
  const job = isRemote(task.output)
    ? await scorer.intoBucket(uri, task.output, options)
    : await scorer.intoFolder(uri, task.output, { ...options, ...watch.folder });
  const { rows, error, reasons = [] } = job;
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
  /** What a job in a folder tells beside what the observer hears. */
  readonly folder: Pick<FolderOptions, 'startWorkers' | 'onBlock' | 'onTally' | 'notes'>;
  tally(): Tally;
}

type FolderOptions = Parameters<ScoreParts['scorer']['intoFolder']>[2];

function createWatch(
  { name, isPipe }: ScoreInput,
  { isTallied, startWorkers, progress }: ScoreParts,
  onBytes: (now: Readonly<Counts>) => void,
): Watch {
  const counts: Counts = { rows: 0, bytes: 0, failed: 0 };
  const tally = createTally(name);
  /** Of rows that were scored by threads, and before the run was stopped. */
  let others = tally.result();
  const sum = (): Tally => mergeTallies(others, tally.result());
  return {
    counts,
    tally: sum,
    observer: {
      scored(predictions) {
        counts.rows += predictions.rows;
        if (isTallied) tally.scored(predictions);
      },
      failed(line, failure) {
        counts.rows += 1;
        counts.failed += 1;
        if (isTallied) tally.failed(line, failure);
      },
      bytes(count) {
        counts.bytes += count;
        onBytes(counts);
      },
    },
    folder: {
      startWorkers: isPipe
        ? undefined
        : (input) => startWorkers({ ...input, tallied: isTallied ? name : undefined }),
      onBlock({ bytes, rows, failed }) {
        counts.bytes += bytes;
        counts.rows += rows;
        counts.failed += failed;
        onBytes(counts);
      },
      onTally(more) {
        others = mergeTallies(others, more);
      },
      notes: {
        keep: () => (isTallied ? sum() : null),
        fits: (kept) => !isTallied || kept !== null, // a report tells of all rows
        resume(kept, { offset, read, failed }) {
          progress.say(`Going on with ${name} where it was stopped: ${read} rows are done.`);
          Object.assign(counts, { bytes: offset, rows: read, failed });
          if (kept !== null) others = mergeTallies(others, kept as Tally); // kept by this very code
        },
      },
    },
  };
}
