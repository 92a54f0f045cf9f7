import { ScorerError, show } from '../errors.ts';
import { createClassReader } from './class-outputs.ts';
import type { Manifest } from './manifest.ts';
import type { Outputs } from './manifest-outputs.ts';
import { type Label, noPredictions, type OutputKind, type Predictions } from './predictions.ts';
import type { RawTensor } from './session.ts';
import { interleave, readAllFloats, readFloats, readLabels } from './tensor-values.ts';

/** Reads the tensors of a run as predictions. */
export interface OutputReader {
  readonly kind: OutputKind;
  /** @param tensors one a name of {@link outputNames} */
  read(tensors: readonly RawTensor[], rows: number): Predictions;
}

/** The graph's outputs that a manifest asks for: the label first, where there is one. */
export function outputNames({ label, probabilities, scores, values }: Outputs): readonly string[] {
  const named = [label, ...probabilities, scores, ...values];
  return named.filter((name) => name !== undefined);
}

/**
 * Makes the reader of a model's outputs. Shapes are taken as they come (exporters declare others):
 * what counts is the number of elements a row.
 *
 * @param sample the tensors of some rows, which tell how many targets a regression has
 * @throws ScorerError `MODEL_INVALID` when they are not what the manifest says
 */
export function createOutputReader(
  manifest: Manifest,
  sample: readonly RawTensor[],
  rows: number,
): OutputReader {
  const { task, outputs } = manifest;
  const reader =
    task === 'regression'
      ? createValuesReader(outputs, sample, rows)
      : task === 'anomaly'
        ? createAnomalyReader(outputs)
        : createClassReader(
            outputs,
            outputs.label === undefined ? [] : readLabels(sample[0], outputs.label, rows),
          );
  reader.read(sample, rows);
  if (outputs.label !== undefined) checkLabels(readLabels(sample[0], outputs.label, rows), outputs.classes);
  return reader;
}

/** A label that is none of the classes has no probability: so it is when 0 and 1 are written as texts. */
function checkLabels(labels: readonly Label[], classes: readonly Label[]): void {
  const strange = labels.find((label) => !classes.includes(label));
  if (strange === undefined || classes.length === 0) return;
  throw new ScorerError(
    `The model gives the label ${show(strange)}; the manifest's classes are ${classes.map(show).join(', ')}.`,
    { code: 'MODEL_INVALID' },
  );
}

function createValuesReader(
  { values, targets }: Outputs,
  sample: readonly RawTensor[],
  rows: number,
): OutputReader {
  const width = values.length > 1 ? values.length : readAllFloats(sample[0], values[0] ?? '').length / rows;
  if (!Number.isInteger(width) || width === 0) {
    throw new ScorerError(
      `The model's output ${show(values[0])} has ${width * rows} numbers for ${rows} rows: expected as many for each.`,
      { code: 'MODEL_INVALID' },
    );
  }
  const names = targets ?? Array.from({ length: width }, (_, index) => String(index));
  if (names.length !== width) {
    throw new ScorerError(
      `The model predicts ${width} values a row; the manifest names ${names.length} targets.`,
      { code: 'MODEL_INVALID' },
    );
  }
  const kind: OutputKind = { kind: 'values', targets: names };
  return {
    kind,
    read: (tensors, count) => ({
      ...noPredictions(kind),
      rows: count,
      values: interleave(tensors, values, count, width),
    }),
  };
}

function createAnomalyReader({ label, scores }: Outputs): OutputReader {
  const kind: OutputKind = { kind: 'anomaly', hasScore: scores !== undefined };
  return {
    kind,
    read(tensors, rows) {
      const [labels, score] = tensors;
      return {
        ...noPredictions(kind),
        rows,
        labels: readLabels(labels, label ?? '', rows),
        score: scores === undefined ? new Float32Array(0) : readFloats(score, scores, rows),
      };
    },
  };
}
