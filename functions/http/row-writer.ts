import { createPredictionCsv } from '../../src/encode/csv.ts';
import { toIdentityJson, toPredictionJson } from '../../src/encode/prediction.ts';
import type { RowFailure } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import type { Predictions } from '../../src/model/predictions.ts';
import type { AnswerKind } from './accept.ts';
import { toPartialError } from './on-error.ts';

/** How rows of an answer are written. */
export interface RowWriter {
  readonly contentType: string;
  /** What stands before the first row, between two, and behind the last. */
  readonly before: string;
  readonly between: string;
  readonly behind: string;
  /** @param index of the row in the predictions */
  scored(predictions: Predictions, index: number, passthrough: string | undefined): string;
  /** A row that failed, under `on_error` `partial`. */
  failed(failure: RowFailure): string;
}

/** How answers differ within a kind. */
export interface RowWriterOptions {
  readonly isPartial: boolean;
  /** True to leave out the model's name. */
  readonly isVertex: boolean;
}

/** Makes the writer of answers of a kind. */
export function createRowWriter(
  kind: AnswerKind,
  model: Model,
  { isPartial, isVertex }: RowWriterOptions,
): RowWriter {
  const rows = { scored: toPredictionJson, failed: toPartialError };
  switch (kind) {
    case 'json':
      return {
        ...{ ...rows, contentType: 'application/json', before: '{"predictions":[', between: ',' },
        behind: isVertex ? ']}' : `],"model":${toIdentityJson(model.identity)}}`,
      };
    case 'ndjson':
      return {
        ...{ contentType: 'application/x-ndjson', before: '', between: '', behind: '' },
        scored: (...row) => `${toPredictionJson(...row)}\n`,
        failed: (failure) => `${toPartialError(failure)}\n`,
      };
    case 'csv': {
      const { header, scored, failed } = createPredictionCsv(model.output, isPartial);
      const contentType = 'text/csv; charset=utf-8';
      return { contentType, before: header, between: '', behind: '', scored, failed };
    }
  }
}
