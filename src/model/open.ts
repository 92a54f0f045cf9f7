import { ScorerError } from '../errors.ts';
import { copyFrame, type Frame, joinFrames, sliceFrame } from '../features/frame.ts';
import { encodeInstances } from '../features/instances.ts';
import { createFeatureSchema, type FeatureSchema } from '../features/schema.ts';
import { testGolden } from './golden.ts';
import type { Manifest } from './manifest.ts';
import type { Model, ModelIdentity } from './model.ts';
import { createOutputReader, type OutputReader } from './outputs.ts';
import { type Predictions, sliceRows } from './predictions.ts';
import { planRun } from './run-plan.ts';
import { toRunnableBytes } from './runnable-bytes.ts';
import { joinRows, type RanRows, runTakenRows } from './runnable-rows.ts';
import { sampleInstances } from './samples.ts';
import {
  createSession,
  isRefusal,
  type RawTensor,
  type RunPlan,
  type Session,
  type SharedRun,
} from './session.ts';
import { hasRows, sliceTensors } from './slice-tensors.ts';
import type { Stopwatch } from './stopwatch.ts';

/** The files that a model's session is opened from. */
export interface ModelFileBytes {
  readonly model: Uint8Array;
  /** Files that hold values of its tensors, by name. */
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** What a published model is made of, read and checked. */
export interface ModelParts extends ModelFileBytes {
  readonly identity: ModelIdentity;
  readonly manifestBytes: Uint8Array;
  readonly manifest: Manifest;
  readonly golden: Uint8Array | undefined;
}

/** A session that was just opened, with rows to try it on. */
export interface OpenedSession {
  readonly session: Session;
  /** What {@link createSession} opens another session from; read again each time but the first. */
  readonly readModel: () => Promise<Uint8Array>;
  readonly plan: RunPlan;
  /** Makes up rows that the model takes. */
  sample(rows: number): Frame;
}

/** Where a model's runs happen. */
export interface Placement {
  readonly session: Session;
  readonly runRows: number;
  readonly parallelRuns: number;
  /** As {@link Model.rowMs}. */
  readonly rowMs: number;
  /** True when a frame can't be used after it was given to the session. */
  readonly takesFrames: boolean;
}

/** Decides where a model's runs happen; the session that came in is the placement's to use or release. */
export type PlaceModel = (opened: OpenedSession) => Promise<Placement>;

/** How a model is opened. */
export interface OpenOptions {
  readonly watch: Stopwatch;
  readonly place: PlaceModel;
  /** Reads the model's files once more. @default those of the parts, which then stay in memory */
  readonly readAgain?: () => Promise<ModelFileBytes>;
}

/** Made-up rows to look among for some that the model takes, where it refuses the first. */
const MORE_ROWS = 64;

/** Rows of one run where nobody has measured what they cost. */
const DEFAULT_RUN_ROWS = 2048;

/** Runs in this thread, in large batches: for tools, where nothing else waits. */
export async function placeInline({ session }: OpenedSession): Promise<Placement> {
  return { session, runRows: DEFAULT_RUN_ROWS, parallelRuns: 1, rowMs: 0, takesFrames: false };
}

/**
 * Opens a model and proves that it can be served: the graph has what the manifest names, made-up rows
 * run and give what the manifest says, and the golden rows give what they must.
 *
 * @throws ScorerError `MODEL_INVALID` with the reason; nothing stays open then
 */
export async function openModel(parts: ModelParts, options: OpenOptions): Promise<Model> {
  const { watch, place } = options;
  const readAgain = options.readAgain ?? keep(parts);
  const { manifest, golden } = parts;
  const bytes = await toRunnableBytes(parts.model, parts.data);
  const first = await watch.time('sessionMs', createSession.bind(undefined, bytes));
  let session: Session | undefined = first;
  try {
    const plan = planRun(first, manifest);
    const schema = createFeatureSchema({ ...manifest, inputs: plan.inputs });
    const madeUp = (rows: number): Frame => toSample(schema, manifest, rows);
    const trial = await tryRows(first, plan, madeUp);
    const reader = createOutputReader(manifest, trial.tensors, trial.frame.rows);
    const sample = trial.isWhole
      ? madeUp
      : (rows: number): Frame => joinRows(toRows(trial.frame, plan), rows);
    session = undefined; // the placement's, whatever comes of it
    const readModel = takeFirst(bytes, readAgain);
    const placed = await watch.time('selfTestMs', () => place({ session: first, readModel, plan, sample }));
    session = placed.session;
    const model = toModel(parts, { schema, reader, plan, placed });
    if (golden !== undefined) await watch.time('selfTestMs', () => testGolden(model, golden));
    return model;
  } catch (error) {
    await session?.release();
    throw error;
  }
}

/** Runs two made-up rows or, where the model refuses one of them, those of many that it takes. */
async function tryRows(
  session: Session,
  plan: RunPlan,
  madeUp: (rows: number) => Frame,
): Promise<RanRows & { readonly isWhole: boolean }> {
  try {
    const frame = madeUp(2);
    return { rows: [0, 1], frame, tensors: await session.run(frame, plan), isWhole: true };
  } catch (error) {
    if (!(error instanceof ScorerError) || !isRefusal(error)) throw error;
    return { ...(await runTakenRows(session, plan, madeUp(MORE_ROWS))), isWhole: false };
  }
}

function toRows(frame: Frame, { inputs }: RunPlan): readonly Frame[] {
  return Array.from({ length: frame.rows }, (_, row) => sliceFrame(frame, inputs, row, row + 1));
}

/** Apart from {@link openModel}: its closures would keep all that is in that one's scope, the file's bytes too. */
function toModel(
  { identity, manifestBytes: manifest }: ModelParts,
  {
    schema,
    reader,
    plan,
    placed,
  }: { schema: FeatureSchema; reader: OutputReader; plan: RunPlan; placed: Placement },
): Model {
  return {
    identity,
    manifest,
    schema,
    output: reader.kind,
    runRows: placed.runRows,
    parallelRuns: placed.parallelRuns,
    rowMs: placed.rowMs,
    run: createRun(placed, plan, reader),
    release: () => placed.session.release(),
  };
}

function createRun({ session, takesFrames }: Placement, plan: RunPlan, reader: OutputReader): Model['run'] {
  const runAlone = async (frame: Frame): Promise<SharedRun> => {
    const isPadded = !plan.oneByOne && frame.rows % 2 === 1;
    const own = isPadded ? joinFrames([frame], true) : takesFrames ? copyFrame(frame) : frame;
    const { rows } = own; // the session may take the frame's memory with it
    return { tensors: await session.run(own, plan), rows, from: 0 };
  };
  const runShared = session.runShared ?? runAlone;
  // who shared a run comes for its rows one after the other: it is read for the first of them
  let last: { readonly of: readonly RawTensor[]; readonly predictions: Predictions | undefined } | undefined;
  return async (frame) => {
    const { tensors, rows, from } = await runShared(frame, plan);
    if (last?.of !== tensors) last = { of: tensors, predictions: readWhole(reader, tensors, rows) };
    const { predictions } = last;
    if (predictions !== undefined) return sliceRows(predictions, from, frame.rows);
    return reader.read(sliceTensors(tensors, from, frame.rows), frame.rows); // nobody's rows take down another's
  };
}

/** Undefined where some of the rows can't be read. */
function readWhole(
  reader: OutputReader,
  tensors: readonly RawTensor[],
  rows: number,
): Predictions | undefined {
  try {
    return reader.read(tensors, rows);
  } catch (error) {
    if (hasRows(tensors, rows)) return undefined;
    throw error;
  }
}

/** Of parts that nobody can read again. */
function keep({ model, data }: ModelFileBytes): () => Promise<ModelFileBytes> {
  return async () => ({ model, data });
}

/** Gives the first bytes once, and lets go of them; after that those that are read again. */
function takeFirst(first: Uint8Array, readAgain: () => Promise<ModelFileBytes>): () => Promise<Uint8Array> {
  let held: Uint8Array | undefined = first;
  return async () => {
    const bytes = held;
    held = undefined;
    if (bytes !== undefined) return bytes;
    const files = await readAgain();
    return toRunnableBytes(files.model, files.data);
  };
}

/** Rows made up for the model, encoded. */
function toSample(schema: FeatureSchema, manifest: Manifest, rows: number): Frame {
  const instances = sampleInstances({ ...manifest, inputs: schema.inputs }, rows);
  const { frame, failures } = encodeInstances(schema, instances);
  if (failures.length === 0) return frame;
  throw new ScorerError('Rows made up from the manifest could not be encoded by it.', {
    code: 'INTERNAL',
    cause: failures[0],
  });
}
