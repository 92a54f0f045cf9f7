import { hash } from 'node:crypto';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Storage } from '../ports/storage.ts';
import type { Job } from './job.ts';
import { type ScoreObserver, watchBytes } from './observer.ts';
import { type CsvTotals, type Sink, scoreCsv } from './score-csv.ts';
import { scoreObject } from './score-object.ts';

/** What scoring files by hand needs. */
export interface FileScorerParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly model: Model;
  readonly modelUri: string;
}

/** Scores files that a person names, now and as often as asked. */
export interface FileScorer {
  readonly model: Job['model'];
  /** Scores a file into a folder as an object is scored; what is there from before is replaced. */
  intoFolder(path: string, folder: string, signal: AbortSignal, observer?: ScoreObserver): Promise<Job>;
  /**
   * Scores a file, or bytes that come, into a sink; the rows that fail go to `errors`, as `errors.csv`.
   *
   * @throws ScorerError when the file as a whole can't be scored
   */
  intoSink(
    source: string | AsyncIterable<Uint8Array>,
    predictions: Sink,
    errors: Sink,
    signal: AbortSignal,
    observer?: ScoreObserver,
  ): Promise<CsvTotals>;
}

/** Creates a {@link FileScorer}. */
export function createFileScorer({ storage, clock, model, modelUri }: FileScorerParts): FileScorer {
  return {
    model: { uri: modelUri, ...model.identity },
    async intoFolder(path, folder, signal, observer) {
      const input = await storage.stat(path, { signal });
      const id = hash('sha256', `${input.uri}#${input.generation}`).slice(0, 32);
      const watched = observer === undefined ? {} : { observer };
      const task = { id, input, folder, model, modelUri, replace: true, ...watched };
      return scoreObject(storage, clock, task, signal);
    },
    async intoSink(source, predictions, errors, signal, observer) {
      const bytes = typeof source === 'string' ? storage.read(source, { signal, transient: true }) : source;
      return scoreCsv(watchBytes(bytes, observer), model, predictions, errors, { observer });
    },
  };
}
