import { isObject, parseJson } from '../decode/json.ts';
import { decodeUtf8 } from '../decode/text.ts';
import { describeProblem, ScorerError, show } from '../errors.ts';
import { encodeInstances } from '../features/instances.ts';
import type { Label, Model } from './model.ts';

interface GoldenRow {
  readonly instance: unknown;
  readonly label: Label;
  readonly probability: number;
}

interface Golden {
  readonly tolerance: number;
  readonly rows: readonly GoldenRow[];
}

/**
 * Runs the golden rows and compares: labels must be equal, probabilities within the file's tolerance.
 *
 * @throws ScorerError `MODEL_INVALID` that shows the first row that differs, what was expected and what came
 */
export async function testGolden(model: Model, bytes: Uint8Array): Promise<void> {
  const { rows, tolerance } = parseGolden(bytes);
  const encoded = encodeInstances(
    model.schema,
    rows.map(({ instance }) => instance),
  );
  const [failure] = encoded.failures;
  if (failure !== undefined) {
    throw invalid(`row ${failure.row} does not fit the manifest: ${describeProblem(failure.problems[0])}`);
  }
  const { labels, probability } = await model.run(encoded.values);
  rows.forEach((row, index) => {
    const got = probability[index] ?? Number.NaN;
    if (labels[index] !== row.label || !(Math.abs(got - row.probability) <= tolerance)) {
      throw invalid(
        `row ${index} must give label ${show(row.label)} with probability ${row.probability} ± ${tolerance}, ` +
          `the model gives ${show(labels[index])} with ${got}`,
      );
    }
  });
}

function parseGolden(bytes: Uint8Array): Golden {
  const document = parseJson(decodeUtf8(bytes, 'The golden file'), 'The golden file');
  const tolerance = isObject(document) ? document['tolerance'] : undefined;
  const rows = isObject(document) ? document['rows'] : undefined;
  if (typeof tolerance !== 'number' || !Array.isArray(rows) || rows.length === 0) {
    throw invalid('it needs a "tolerance" and at least one of "rows"');
  }
  return { tolerance, rows: rows.map(toRow) };
}

function toRow(row: unknown, index: number): GoldenRow {
  const prediction = isObject(row) ? row['prediction'] : undefined;
  const { label, probability } = isObject(prediction) ? prediction : {};
  if (
    !isObject(row) ||
    typeof probability !== 'number' ||
    (typeof label !== 'number' && typeof label !== 'string')
  ) {
    throw invalid(`row ${index} needs "instance" and "prediction" with "label" and "probability"`);
  }
  return { instance: row['instance'], label, probability };
}

function invalid(problem: string): ScorerError {
  return new ScorerError(`The golden self-test failed: ${problem}.`, { code: 'MODEL_INVALID' });
}
