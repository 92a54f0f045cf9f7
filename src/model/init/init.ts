import { describeProblem, ScorerError, show } from '../../errors.ts';
import type { Frame } from '../../features/frame.ts';
import { encodeInstances } from '../../features/instances.ts';
import { createFeatureSchema } from '../../features/schema.ts';
import type { ManifestDocument } from '../manifest.ts';
import { ignoresUnknown, knowsNaN } from '../onnx/input-use.ts';
import { type NormalisedModel, normaliseModel } from '../onnx/normalise.ts';
import { planInputs } from '../run-plan.ts';
import { runTakenRows } from '../runnable-rows.ts';
import { sampleInstances } from '../samples.ts';
import { createSession, type RunInput, type Session } from '../session.ts';
import type { BareModel } from './bare.ts';
import { columnsFromInputs, type GuessedColumns } from './columns.ts';
import { type GuessedOutputs, guessOutputs, type SeenOutput } from './outputs.ts';
import type { TableProfile } from './profile.ts';
import { type ColumnChoice, columnsFromTable } from './table-columns.ts';
import { toInstances } from './table-instances.ts';

/** What `model init` may be told beside the model. */
export interface InitOptions extends ColumnChoice {
  /** A CSV with the columns that people have. */
  readonly table?: TableProfile;
}

/** A first manifest, and rows to try it with. */
export interface FirstManifest {
  readonly document: ManifestDocument;
  /** Rows that the model takes: of the CSV, or made up. */
  readonly instances: readonly unknown[];
  /** What a person should look at. */
  readonly notes: readonly string[];
}

/** The bytes of a manifest, as files hold it. */
export function encodeManifest(document: ManifestDocument): Buffer {
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}

/** Rows that a model is asked to tell what its outputs are. */
const ASKED_ROWS = 200;

/**
 * Makes a first manifest of a model: from the inputs and outputs of its graph, from what it answers to
 * some rows, and from the columns of a CSV where one is given.
 *
 * @throws ScorerError `MODEL_INVALID` for a model that can't be taken or that a manifest must explain;
 * `USAGE` when the CSV's columns can't feed it
 */
export async function makeFirstManifest(bare: BareModel, options: InitOptions): Promise<FirstManifest> {
  const files = new Map(bare.data.map(({ pinned, bytes }) => [pinned.file, bytes]));
  const model = normaliseModel(bare.bytes, files);
  const session = await createSession(model.bytes);
  try {
    const inputs = planInputs(session.inputs, undefined, undefined);
    const columns = guessColumns(model, inputs, options);
    const asked = toAsked(inputs, columns, options.table);
    const { frame, instances, left } = encodeAsked(inputs, columns, asked, options.table !== undefined);
    const { rows, seen } = await ask(session, inputs, frame);
    const outputs = guessOutputs(model, seen, rows.length);
    return {
      document: toDocument(bare, inputs, columns, outputs),
      instances: rows.map((row) => instances[row]),
      notes: [...columns.notes, ...left, ...outputs.notes],
    };
  } finally {
    await session.release();
  }
}

function guessColumns(
  { graph }: NormalisedModel,
  inputs: readonly RunInput[],
  { table, ...choice }: InitOptions,
): GuessedColumns {
  if (table === undefined) return columnsFromInputs(inputs, (input) => knowsNaN(graph, input));
  return columnsFromTable(inputs, table.columns, {
    ...choice,
    ignoresUnknown: (input) => ignoresUnknown(graph, input),
  });
}

function toAsked(
  inputs: readonly RunInput[],
  { columns, features }: GuessedColumns,
  table: TableProfile | undefined,
): readonly unknown[] {
  if (table === undefined) return sampleInstances({ inputs, features, columns }, ASKED_ROWS);
  return toInstances(table.rows, columns);
}

/** Rows that the model can be asked. */
interface Asked {
  readonly frame: Frame;
  readonly instances: readonly unknown[];
  /** What is to be told of rows that it can't be asked. */
  readonly left: readonly string[];
}

/** A CSV may have rows that the model doesn't take, such as an empty field for an integer: they are left out. */
function encodeAsked(
  inputs: readonly RunInput[],
  { columns, features }: GuessedColumns,
  asked: readonly unknown[],
  isTable: boolean,
): Asked {
  const schema = createFeatureSchema({ inputs, features, columns, passthrough: [] });
  const { frame, rows, failures } = encodeInstances(schema, asked);
  const [failure] = failures;
  if (failure === undefined) return { frame, instances: asked, left: [] };
  const first = describeProblem(failure.problems[0]);
  if (isTable && rows.length > 0) {
    const left = `${failures.length} of the first ${asked.length} rows of the CSV can't be scored (${first}).`;
    return { frame, instances: rows.map((row) => asked[row]), left: [left] };
  }
  throw isTable
    ? new ScorerError(`No row of the CSV can be scored: ${first}.`, { code: 'USAGE' })
    : new ScorerError('Rows that were made up for the columns could not be encoded by them.', {
        code: 'INTERNAL',
        cause: failure,
      });
}

async function ask(
  session: Session,
  inputs: readonly RunInput[],
  frame: Frame,
): Promise<{ readonly rows: readonly number[]; readonly seen: readonly SeenOutput[] }> {
  const tensors = session.outputs.filter(({ type }) => type !== undefined).map(({ name }) => name);
  if (tensors.length === 0) {
    const found = session.outputs.map(({ name }) => show(name)).join(', ') || 'none';
    throw new ScorerError(`The model has no output that is a tensor; it has ${found}.`, {
      code: 'MODEL_INVALID',
    });
  }
  const oneByOne = session.inputs.some(({ shape }) => shape[0] === 1);
  const { rows, tensors: results } = await runTakenRows(
    session,
    { inputs, outputs: tensors, oneByOne },
    frame,
  );
  const seen = results.flatMap((tensor, index) => {
    const { length } = tensor.data as ArrayLike<unknown>; // a typed array, or texts
    const width = length / rows.length;
    return Number.isInteger(width) && width > 0 ? [{ name: tensors[index] ?? '', tensor, width }] : [];
  });
  return { rows, seen };
}

/** In the order in which people read it. */
function toDocument(
  { pinned, data }: BareModel,
  inputs: readonly RunInput[],
  { columns, features }: GuessedColumns,
  { task, outputs }: GuessedOutputs,
): ManifestDocument {
  return {
    format: 1,
    name: toName(pinned.file),
    version: '1',
    task,
    model: pinned,
    ...(data.length === 0 ? {} : { data: data.map((each) => each.pinned) }),
    ...(columns.length === 0 ? {} : { columns }),
    ...(inputs.length === 1 ? {} : { inputs: inputs.map(({ name }) => name) }),
    features,
    outputs,
  };
}

/** The model's name from its file's: letters, digits, points, underscores and hyphens. */
function toName(file: string): string {
  const name = file
    .replace(/\.onnx$/i, '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);
  return name === '' ? 'model' : name;
}
