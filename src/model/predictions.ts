/** A class as the model names it. */
export type Label = string | number | boolean;

/** What the predictions of a model hold: the same for every row. */
export type OutputKind =
  | {
      readonly kind: 'probabilities';
      /** In the order of {@link Predictions.probabilities}. */
      readonly classes: readonly Label[];
      /** True when CSV files get a column a class. */
      readonly everyClass: boolean;
    }
  | {
      readonly kind: 'scores';
      readonly classes: readonly Label[];
      /** True when a row has one signed score rather than one a class. */
      readonly signed: boolean;
    }
  | {
      readonly kind: 'label';
      /** Some labels that the model gave when it was loaded: they tell the type of all. */
      readonly seen?: readonly Label[];
    }
  | {
      readonly kind: 'anomaly';
      /** True when a row has a score beside its label. */
      readonly hasScore?: boolean;
    }
  | {
      readonly kind: 'values';
      /** The manifest's names of the targets; `0`, `1`, … where it has none. */
      readonly targets: readonly string[];
    };

/** What a model says of some rows; members that its {@link OutputKind} has no use for are empty. */
export interface Predictions {
  readonly kind: OutputKind;
  readonly rows: number;
  /** One class a row: of classifiers and anomaly detectors (−1 for an anomaly, else 1). */
  readonly labels: readonly Label[];
  /** One a row: the positive class's probability or, of more than two classes, the label's. */
  readonly probability: Float32Array;
  /** Row-major, rows × classes. */
  readonly probabilities: Float32Array;
  /** One a row: the signed decision score, the label's of several, or the anomaly score. */
  readonly score: Float32Array;
  /** Row-major, rows × classes: the decision scores where there is one a class. */
  readonly scores: Float32Array;
  /** Row-major, rows × targets: what a regression predicts. */
  readonly values: Float32Array;
}

const NONE = new Float32Array(0);

/** No rows yet. */
export function noPredictions(kind: OutputKind): Predictions {
  return {
    kind,
    rows: 0,
    labels: [],
    probability: NONE,
    probabilities: NONE,
    score: NONE,
    scores: NONE,
    values: NONE,
  };
}

/** Joins the predictions of consecutive rows. */
export function joinPredictions(kind: OutputKind, parts: readonly Predictions[]): Predictions {
  const [first] = parts;
  if (first === undefined) return noPredictions(kind);
  if (parts.length === 1) return first;
  const join = (member: 'probability' | 'probabilities' | 'score' | 'scores' | 'values'): Float32Array => {
    const joined = new Float32Array(parts.reduce((length, part) => length + part[member].length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part[member], at);
      at += part[member].length;
    }
    return joined;
  };
  return {
    kind,
    rows: parts.reduce((rows, part) => rows + part.rows, 0),
    labels: parts.flatMap(({ labels }) => labels),
    probability: join('probability'),
    probabilities: join('probabilities'),
    score: join('score'),
    scores: join('scores'),
    values: join('values'),
  };
}

/** Some consecutive rows of predictions; numbers are shared with them, not copied. */
export function sliceRows(predictions: Predictions, from: number, rows: number): Predictions {
  if (rows === predictions.rows) return predictions;
  const cut = (values: Float32Array): Float32Array => {
    if (values.length === 0) return values;
    const width = values.length / predictions.rows;
    return values.subarray(from * width, (from + rows) * width);
  };
  return {
    kind: predictions.kind,
    rows,
    labels: predictions.labels.slice(from, from + rows),
    probability: cut(predictions.probability),
    probabilities: cut(predictions.probabilities),
    score: cut(predictions.score),
    scores: cut(predictions.scores),
    values: cut(predictions.values),
  };
}

/** One row's prediction, member by member, as answers name them. */
export interface PredictionMembers {
  readonly label?: Label;
  readonly probability?: number | null;
  readonly probabilities?: readonly (number | null)[];
  readonly score?: number | null;
  readonly scores?: readonly (number | null)[];
  readonly value?: number | null;
  readonly values?: readonly (number | null)[];
}

/** The members of one row's prediction; numbers that JSON can't hold are null. */
export function toMembers(predictions: Predictions, row: number): PredictionMembers {
  const { kind, labels, probability, score } = predictions;
  const label = labels[row];
  const labelled = label === undefined ? {} : { label };
  switch (kind.kind) {
    case 'probabilities':
      return {
        ...labelled,
        probability: finite(probability[row]),
        probabilities: rowOf(predictions.probabilities, row, kind.classes.length),
      };
    case 'scores':
      if (kind.signed) return { ...labelled, score: finite(score[row]) };
      return {
        ...labelled,
        score: finite(score[row]),
        scores: rowOf(predictions.scores, row, kind.classes.length),
      };
    case 'anomaly':
      return score.length === 0 ? labelled : { ...labelled, score: finite(score[row]) };
    case 'label':
      return labelled;
    case 'values': {
      const values = rowOf(predictions.values, row, kind.targets.length);
      return kind.targets.length === 1 ? { value: values[0] ?? null } : { values };
    }
  }
}

function rowOf(values: Float32Array, row: number, width: number): (number | null)[] {
  return Array.from(values.subarray(row * width, (row + 1) * width), finite);
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
