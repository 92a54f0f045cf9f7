import type { Tally } from '../../src/batch/tally.ts';
import type { ModelIdentity } from '../../src/model/model.ts';

/** What a report tells of one input. */
export interface ReportInput {
  readonly name: string;
  readonly state: 'succeeded' | 'failed' | 'stopped';
  /** Rows that have a prediction. */
  readonly scored: number;
  readonly failed: number;
  /** Of the input as it is stored, that were read. */
  readonly bytes: number;
  readonly seconds: number;
  /** Where its results are, as people call it. */
  readonly output: string;
  /** Why it failed as a whole, or was stopped. */
  readonly error?: string;
}

/** All that a report tells. Texts may hold anything: they come from file names, headers and rows. */
export interface ReportData {
  readonly inputs: readonly ReportInput[];
  /** Of all inputs together. */
  readonly tally: Tally;
  readonly model: ModelIdentity & { readonly uri: string };
  /** What the command line said: names and values, in order. */
  readonly options: readonly (readonly [name: string, value: string])[];
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** From the first row to the last, without the loading of the model. */
  readonly seconds: number;
}
