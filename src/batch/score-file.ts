import { hash } from 'node:crypto';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpenPartialOutput } from '../ports/partial-output.ts';
import type { Storage } from '../ports/storage.ts';
import type { Job } from './job.ts';
import { type ErrorLimit, JUDGED_ROWS } from './judge.ts';
import { type ScoreObserver, watchBytes } from './observer.ts';
import { type BlocksOptions, type BlockWorker, scoreInBlocks } from './score-blocks.ts';
import { scoreIntoBucket } from './score-bucket.ts';
import { type CsvTotals, type Sink, scoreCsv } from './score-csv.ts';
import { type FolderNotes, scoreIntoFolder } from './score-folder.ts';
import { createRowScorer, isCompressed, type RowsInput, type ScoreRows } from './score-rows.ts';

/** What scoring files by hand needs. */
export interface FileScorerParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly model: Model;
  readonly modelUri: string;
  readonly openOutput: OpenPartialOutput;
}

/** How a person wants files to be scored. */
export interface FileOptions {
  readonly signal: AbortSignal;
  /** How many rows may fail. @default all but the first 1,000 */
  readonly errorLimit?: ErrorLimit;
  readonly observer?: ScoreObserver;
}

/** How a file is scored into a folder of this machine. */
export interface FolderOptions extends FileOptions {
  /** Starts the threads that score blocks of an input; undefined to score in this thread. */
  readonly startWorkers?: ((input: RowsInput) => StartedWorkers | undefined) | undefined;
  /** Hears of blocks that threads scored, in order: an observer sees only what this thread scores. */
  readonly onBlock?: BlocksOptions['onBlock'];
  readonly onTally?: BlocksOptions['onTally'];
  readonly notes?: FolderNotes;
}

/** Threads that score blocks. */
export interface StartedWorkers {
  readonly workers: readonly BlockWorker[];
  close(): Promise<void>;
}

/** Scores files that a person names, now and as often as asked. */
export interface FileScorer {
  readonly model: Job['model'];
  /** As {@link Model.rowMs}. */
  readonly rowMs: number;
  /** Scores a file into a folder of this machine; see {@link scoreIntoFolder}. */
  intoFolder(path: string, folder: string, options: FolderOptions): Promise<Job>;
  /** Scores a file into a folder of a bucket as an object is scored; what is there from before is replaced. */
  intoBucket(path: string, folder: string, options: FileOptions): Promise<Job>;
  /**
   * Scores a file, or bytes that come, into a sink; the rows that fail go to `errors`, as `errors.csv`.
   *
   * @throws ScorerError when the file as a whole can't be scored
   */
  intoSink(
    source: string | AsyncIterable<Uint8Array>,
    predictions: Sink,
    errors: Sink,
    options: FileOptions,
  ): Promise<CsvTotals>;
}

/** Bytes of a block: enough that threads rarely wait for each other, few enough to hold some of them. */
const BLOCK_BYTES = 2 * 1024 * 1024;

/** Creates a {@link FileScorer}. */
export function createFileScorer(parts: FileScorerParts): FileScorer {
  const { storage, clock, model, modelUri } = parts;
  return {
    model: { uri: modelUri, ...model.identity },
    rowMs: model.rowMs,
    async intoFolder(path, folder, options) {
      const { signal, errorLimit = {} } = options;
      const task = { input: path, folder, errorLimit, signal, observer: options.observer };
      const { notes } = options;
      return scoreIntoFolder(
        { ...parts, scoreRows: toRowScorer(storage, options) },
        { ...task, ...(notes === undefined ? {} : { notes }) },
      );
    },
    async intoBucket(path, folder, { signal, observer, errorLimit = {} }) {
      const input = await storage.stat(path, { signal });
      const id = hash('sha256', `${input.uri}#${input.generation}`).slice(0, 32);
      const watched = observer === undefined ? {} : { observer };
      const task = { id, input, folder, model, modelUri, errorLimit, signal, ...watched };
      return scoreIntoBucket(storage, clock, task);
    },
    async intoSink(source, predictions, errors, { signal, observer, errorLimit = {} }) {
      const bytes = typeof source === 'string' ? storage.read(source, { signal, transient: true }) : source;
      return scoreCsv(watchBytes(bytes, observer), model, predictions, errors, { observer, errorLimit });
    },
  };
}

/** Scores rows in threads where that is asked for and the input can be cut, else here. */
function toRowScorer(
  storage: Storage,
  { observer, startWorkers, onBlock = () => undefined, onTally = () => undefined }: FolderOptions,
): ScoreRows {
  const inThisThread = createRowScorer(storage, (count) => observer?.bytes(count));
  return async (task, input, sink) => {
    const isLarge = input.size > BLOCK_BYTES; // of a single block only one thread has anything to do
    const canBeCut = isLarge && startWorkers !== undefined && !(await isCompressed(storage, input));
    const started = canBeCut ? startWorkers(input) : undefined;
    if (started === undefined) return inThisThread(task, input, sink);
    try {
      const { workers } = started;
      return await scoreInBlocks(task, input, sink, {
        ...{ storage, workers, blockBytes: BLOCK_BYTES, firstRows: JUDGED_ROWS, onBlock, onTally },
      });
    } finally {
      await started.close();
    }
  };
}
