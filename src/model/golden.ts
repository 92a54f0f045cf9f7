import { parseJson } from '../decode/json.ts';
import { decodeUtf8 } from '../decode/text.ts';
import { describeProblem, ScorerError, show } from '../errors.ts';
import { encodeInstances } from '../features/instances.ts';
import { isObject } from '../json-object.ts';
import type { Model } from './model.ts';
import { predictFrame } from './predict.ts';
import { type Predictions, toMembers } from './predictions.ts';

interface GoldenRow {
  readonly instance: unknown;
  /** Members of a prediction, as JSON answers have them. */
  readonly prediction: Readonly<Record<string, unknown>>;
}

interface Golden {
  readonly tolerance: number;
  readonly rows: readonly GoldenRow[];
}

/** Members that a golden prediction may have; one that the model doesn't give is a mistake. */
const MEMBERS = ['label', 'probability', 'probabilities', 'score', 'scores', 'value', 'values'] as const;

/**
 * Runs the golden rows and compares what they name: labels must be equal, numbers within the file's
 * tolerance (of numbers beyond 1, that part of their size).
 *
 * @throws ScorerError `MODEL_INVALID` that shows the first row that differs, what was expected and what came
 */
export async function testGolden(model: Model, bytes: Uint8Array): Promise<void> {
  const { rows, tolerance } = parseGolden(bytes);
  const predictions = await predictInstances(
    model,
    rows.map(({ instance }) => instance),
  );
  rows.forEach(({ prediction }, index) => {
    const got = toMembers(predictions, index);
    for (const [member, expected] of Object.entries(prediction)) {
      const isAsExpected =
        member === 'label'
          ? expected === got.label
          : isNear(expected, got[member as keyof typeof got], tolerance);
      if (isAsExpected) continue;
      throw invalid(
        `row ${index} must give the ${member} ${inWords(expected)}${typeof expected === 'number' && member !== 'label' ? ` ± ${tolerance}` : ''}, ` +
          `the model gives ${inWords(got[member as keyof typeof got])}`,
      );
    }
  });
}

/**
 * Predicts instances that must all be right.
 *
 * @throws ScorerError `MODEL_INVALID` naming the first that does not fit the manifest
 */
export async function predictInstances(model: Model, instances: readonly unknown[]): Promise<Predictions> {
  const { frame, failures } = encodeInstances(model.schema, instances);
  const [failure] = failures;
  if (failure !== undefined) {
    throw invalid(`row ${failure.row} does not fit the manifest: ${describeProblem(failure.problems[0])}`);
  }
  const { predictions, refused } = await predictFrame(model, frame);
  const [first] = refused;
  if (first !== undefined) throw invalid(`row ${first.row} is one that the runtime refuses: ${first.reason}`);
  return predictions;
}

function isNear(expected: unknown, got: unknown, tolerance: number): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((each, index) => isNear(each, got[index], tolerance))
    );
  }
  if (typeof expected !== 'number' || typeof got !== 'number') return expected === got;
  return Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

function inWords(value: unknown): string {
  if (value === undefined) return 'none';
  return Array.isArray(value)
    ? `[${value.slice(0, 10).join(', ')}${value.length > 10 ? ', …' : ''}]`
    : show(value);
}

function parseGolden(bytes: Uint8Array): Golden {
  const document = parseDocument(bytes);
  const tolerance = isObject(document) ? document['tolerance'] : undefined;
  const rows = isObject(document) ? document['rows'] : undefined;
  if (typeof tolerance !== 'number' || !Array.isArray(rows) || rows.length === 0) {
    throw invalid('it needs a "tolerance" and at least one of "rows"');
  }
  if (tolerance < 0 || tolerance >= 1)
    throw invalid(`its tolerance is ${tolerance}: expected 0 or more, below 1`);
  return { tolerance, rows: rows.map(toRow) };
}

function parseDocument(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeUtf8(bytes, 'The golden file'), 'The golden file');
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    throw new ScorerError(error.message, { code: 'MODEL_INVALID', cause: error });
  }
}

function toRow(row: unknown, index: number): GoldenRow {
  const prediction = isObject(row) ? row['prediction'] : undefined;
  if (!isObject(row) || !isObject(prediction) || Object.keys(prediction).length === 0) {
    throw invalid(
      `row ${index} needs "instance" and "prediction" with at least one of ${MEMBERS.join(', ')}`,
    );
  }
  const unknown = Object.keys(prediction).find((member) => !MEMBERS.some((known) => known === member));
  if (unknown !== undefined) {
    throw invalid(`row ${index} has the prediction ${show(unknown)}: expected ${MEMBERS.join(', ')}`);
  }
  return { instance: row['instance'], prediction };
}

function invalid(problem: string): ScorerError {
  return new ScorerError(`The golden self-test failed: ${problem}.`, { code: 'MODEL_INVALID' });
}
