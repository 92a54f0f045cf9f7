import { parseJson } from '../decode/json.ts';
import { decodeUtf8 } from '../decode/text.ts';
import { ScorerError, show } from '../errors.ts';
import type { ColumnSpec } from '../features/column-spec.ts';
import type { CsvSettings } from '../features/csv-settings.ts';
import {
  manifestInvalid,
  type Outputs,
  type OutputsDocument,
  type Task,
  toOutputs,
} from './manifest-outputs.ts';
import { checkAgainstSchema } from './manifest-schema.ts';

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
  readonly task: Task;
  readonly model: PinnedFile;
  readonly golden: PinnedFile | undefined;
  /** Files that hold values of the model's tensors. */
  readonly data: readonly PinnedFile[];
  readonly columns: readonly ColumnSpec[];
  readonly features: readonly string[];
  /** The graph's inputs in the order in which features fill them; undefined for the graph's own order. */
  readonly inputs: readonly string[] | undefined;
  readonly passthrough: readonly string[];
  /** How CSV is read for this model. */
  readonly csv: CsvSettings;
  readonly outputs: Outputs;
}

/** A manifest as its schema allows it. */
export interface ManifestDocument {
  readonly format: 1;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly task: Task;
  readonly model: PinnedFile;
  readonly golden?: PinnedFile;
  readonly data?: readonly PinnedFile[];
  readonly columns?: readonly ColumnSpec[];
  readonly features: readonly string[];
  readonly inputs?: readonly string[];
  readonly passthrough?: readonly string[];
  readonly csv?: {
    readonly missing_values?: readonly string[];
    readonly delimiter?: NonNullable<CsvSettings['delimiter']>;
    readonly trim?: boolean;
  };
  readonly outputs: OutputsDocument;
}

/**
 * Parses and validates a manifest.
 *
 * @throws ScorerError `MODEL_INVALID` that names the JSON path, what was expected and what was found
 */
export async function parseManifest(bytes: Uint8Array): Promise<Manifest> {
  const document = parseDocument(bytes);
  const problem = await checkAgainstSchema(document);
  if (problem !== undefined) throw manifestInvalid(problem.path, problem.expected, problem.got);
  return toManifest(document as ManifestDocument); // the schema says so
}

/**
 * Fills in the defaults of a document that its schema allows, and checks what a schema can't say.
 *
 * @throws ScorerError `MODEL_INVALID` as {@link parseManifest}
 */
export function toManifest(document: ManifestDocument): Manifest {
  const { columns = [], data = [], passthrough = [], golden, inputs, name, version, task, model } = document;
  columns.forEach((column, index) => {
    checkColumn(column, index, columns);
  });
  return {
    name,
    version,
    task,
    model,
    golden,
    data,
    columns,
    features: document.features,
    inputs,
    passthrough,
    csv: toCsvSettings(document.csv ?? {}),
    outputs: toOutputs(task, document.outputs),
  };
}

function toCsvSettings({
  missing_values: missingValues = [],
  delimiter,
  trim = true,
}: NonNullable<ManifestDocument['csv']>): CsvSettings {
  return { missingValues: new Set(missingValues), delimiter, trim };
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
    throw manifestInvalid(`columns[${index}].name`, 'a name of its own', `${show(column.name)} once more`);
  }
  if (
    column.type === 'number' &&
    column.min !== undefined &&
    column.max !== undefined &&
    column.min > column.max
  ) {
    throw manifestInvalid(`columns[${index}].max`, `${column.min} or more, as min says`, String(column.max));
  }
}
