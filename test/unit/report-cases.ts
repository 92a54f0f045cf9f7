import type { ReportData } from '../../cli/report/report-data.ts';
import { createTally, mergeTallies, type Tally } from '../../src/batch/tally.ts';
import { noPredictions } from '../../src/model/predictions.ts';

/** A report's data. @param text stands wherever a text comes from outside */
export function toReportData({
  text,
  tally = toTally(text ?? 'LATAM'),
}: {
  readonly text?: string;
  readonly tally?: Tally;
} = {}): ReportData {
  const common = { seconds: 1.5, bytes: 1_800_000 };
  return {
    inputs: [
      {
        ...common,
        name: text ?? 'jan.csv',
        state: 'succeeded',
        scored: 10_000,
        failed: 70,
        output: text ?? 'out/jan',
      },
      {
        ...common,
        name: text ?? 'feb.csv',
        state: 'stopped',
        scored: 2345,
        failed: 8,
        output: text ?? 'out/feb',
      },
      {
        ...{
          ...common,
          name: text ?? 'mar.csv',
          state: 'failed',
          scored: 0,
          failed: 0,
          output: text ?? 'out/mar',
        },
        error: text ?? 'The header lacks the column "MES".',
      },
    ],
    tally: { ...tally, ...(text === undefined && tally.scored === 2 ? { scored: 12_345, failed: 78 } : {}) },
    model: {
      name: text ?? 'flight-delay',
      version: text ?? '1',
      digest: '9a08cdc4bf3a',
      uri: text ?? '/models/flight-delay',
    },
    options: [['--workers', text ?? '2']],
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:04:09.500Z',
    seconds: 4.5,
  };
}

function toTally(text: string): Tally {
  const labelled = createTally(text);
  const kind = { kind: 'values', targets: [text, 'other'] } as const;
  labelled.scored({
    ...noPredictions(kind),
    rows: 2,
    labels: [text, text],
    values: Float32Array.of(1, 2, 3, 4),
  });
  const failing = createTally(text);
  failing.failed(7, {
    row: 1,
    problems: [{ code: 'INVALID_VALUE', column: text, expected: text, got: text }],
  });
  failing.failed(8, {
    row: 1,
    problems: [{ code: 'INVALID_VALUE', feature: text, expected: text, got: text }],
  });
  return mergeTallies(labelled.result(), failing.result());
}
