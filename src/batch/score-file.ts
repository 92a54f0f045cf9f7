import { hash } from 'node:crypto';
import type { Model } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Storage } from '../ports/storage.ts';
import type { Job } from './job.ts';
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
  /** Scores a file into a folder as an object is scored; what is there from before is replaced. */
  intoFolder(path: string, folder: string, signal: AbortSignal): Promise<Job>;
  /**
   * Scores a file into a sink; the rows that fail go to `errors`, as `errors.csv`.
   *
   * @throws ScorerError when the file as a whole can't be scored
   */
  intoSink(path: string, predictions: Sink, errors: Sink, signal: AbortSignal): Promise<CsvTotals>;
}

/** Creates a {@link FileScorer}. */
export function createFileScorer({ storage, clock, model, modelUri }: FileScorerParts): FileScorer {
  return {
    async intoFolder(path, folder, signal) {
      const input = await storage.stat(path, { signal });
      const id = hash('sha256', `${input.uri}#${input.generation}`).slice(0, 32);
      return scoreObject(storage, clock, { id, input, folder, model, modelUri, replace: true }, signal);
    },
    async intoSink(path, predictions, errors, signal) {
      return scoreCsv(storage.read(path, { signal, transient: true }), model, predictions, errors);
    },
  };
}
