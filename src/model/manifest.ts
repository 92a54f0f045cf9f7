import { parseJson } from '../decode/json.ts';
import { decodeUtf8 } from '../decode/text.ts';
import { ScorerError, show } from '../errors.ts';
import type { ColumnSpec } from '../features/schema.ts';
import { checkAgainstSchema } from './manifest-schema.ts';
import type { Label } from './model.ts';

/** A file of the model's folder, named and pinned by the manifest. */
export interface PinnedFile {
  readonly file: string;
  /** Lower-case hex of its sha256. */
  readonly sha256: string;
}

/** A manifest with its defaults filled in; every field is described in `model-files/manifest.schema.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly model: PinnedFile;
  readonly golden: PinnedFile | undefined;
  readonly columns: readonly ColumnSpec[];
  readonly features: readonly string[];
  readonly outputs: {
    readonly label: string;
    readonly probabilities: string;
    readonly classes: readonly Label[];
    readonly positive: Label;
    readonly threshold: number | undefined;
  };
}

/** A manifest as its schema allows it. */
interface ManifestDocument {
  readonly name: string;
  readonly version: string;
  readonly model: PinnedFile;
  readonly golden?: PinnedFile;
  readonly columns?: readonly ColumnSpec[];
  readonly features: readonly string[];
  readonly outputs: {
    readonly label: string;
    readonly probabilities: string;
    readonly classes: readonly [Label, Label];
    readonly positive?: Label;
    readonly threshold?: number;
  };
}

/**
 * Parses and validates a manifest.
 *
 * @throws ScorerError `MODEL_INVALID` that names the JSON path, what was expected and what was found
 */
export async function parseManifest(bytes: Uint8Array): Promise<Manifest> {
  const document = parseDocument(bytes);
  const problem = await checkAgainstSchema(document);
  if (problem !== undefined) throw invalid(problem.path, problem.expected, problem.got);
  const { columns = [], golden, outputs, ...rest } = document as ManifestDocument; // the schema says so
  const positive = outputs.positive ?? outputs.classes[1];
  if (!outputs.classes.includes(positive)) {
    throw invalid('outputs.positive', `one of ${outputs.classes.map(show).join(', ')}`, show(positive));
  }
  columns.forEach((column, index) => {
    checkColumn(column, index, columns);
  });
  return { ...rest, golden, columns, outputs: { ...outputs, positive, threshold: outputs.threshold } };
}

function parseDocument(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeUtf8(bytes, 'The manifest'), 'The manifest');
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    throw new ScorerError(error.message, { code: 'MODEL_INVALID', cause: error });
  }
}

/** What a schema cannot say of a column. */
function checkColumn(column: ColumnSpec, index: number, columns: readonly ColumnSpec[]): void {
  if (columns.findIndex(({ name }) => name === column.name) !== index) {
    throw invalid(`columns[${index}].name`, 'a name of its own', `${show(column.name)} once more`);
  }
  if (
    column.type === 'number' &&
    column.min !== undefined &&
    column.max !== undefined &&
    column.min > column.max
  ) {
    throw invalid(`columns[${index}].max`, `${column.min} or more, as min says`, String(column.max));
  }
}

function invalid(path: string, expected: string, got: string): ScorerError {
  return new ScorerError(`The manifest is invalid at ${path}: expected ${expected}, got ${got}.`, {
    code: 'MODEL_INVALID',
    detail: { path, expected, got },
  });
}
