import type { InferenceSession as OrtSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ScorerError } from '../errors.ts';
import { type Frame, type FrameInput, sliceFrame } from '../features/frame.ts';

/** An input or output as the graph declares it; what comes may have another shape. */
export interface GraphValue {
  readonly name: string;
  /** Undefined for what is no tensor (a sequence, a map). */
  readonly type: string | undefined;
  /** Numbers are fixed, texts are symbolic. */
  readonly shape: readonly (number | string)[];
}

/** A tensor as the runtime returned it. */
export interface RawTensor {
  readonly type: string;
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: ArrayBufferView | readonly string[];
}

/** What a run feeds and asks for; the same for every run of a model. */
export interface RunPlan {
  readonly inputs: readonly RunInput[];
  /** Names of the outputs that are wanted. */
  readonly outputs: readonly string[];
  /** True when the graph takes one row at a time. */
  readonly oneByOne: boolean;
}

/** An input, and whether the graph wants `[N]` (rank 1) or `[N, width]`. */
export interface RunInput extends FrameInput {
  readonly rank: 1 | 2;
}

/** What a run gave whose rows may belong to several callers. */
export interface SharedRun {
  /** Of all its rows; the same object for all callers. */
  readonly tensors: readonly RawTensor[];
  /** Rows of the run, the one that makes their number even among them. */
  readonly rows: number;
  /** Where the caller's rows begin. */
  readonly from: number;
}

/** A native session: rows in, tensors out. It may live in this thread or in others. */
export interface Session {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /**
   * Runs the rows. It blocks the thread that the session lives in for as long as the model takes.
   *
   * @returns one tensor an output of the plan; rows that ran one by one are joined again
   * @throws ScorerError `MODEL_INVALID` when the runtime refuses what it is fed
   */
  run(frame: Frame, plan: RunPlan): Promise<readonly RawTensor[]>;
  /**
   * As `run`, perhaps together with the rows of others, and with the last row once more where their number is odd
   * (but for graphs that take one row at a time). Sessions that don't have it run each frame alone, as it is.
   */
  readonly runShared?: (frame: Frame, plan: RunPlan) => Promise<SharedRun>;
  release(): Promise<void>;
}

const OPTIONS: OrtSession.SessionOptions = {
  // a process serves many requests at once: one thread each costs less than handing rows between threads
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4, // what goes wrong is thrown, and told once
};

/** Loads the native runtime; the first call takes tens of milliseconds. */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  return import('onnxruntime-node');
}

/**
 * Loads the native runtime and has it set itself up, which it does with its first model: that
 * need not wait for the bytes of ours.
 */
export async function prepareRuntime(): Promise<void> {
  const { InferenceSession } = await loadRuntime();
  // no model at all: refused, at once when the runtime is set up already
  await InferenceSession.create(new Uint8Array(1), OPTIONS).catch(() => undefined);
}

/**
 * Opens an ONNX model in this thread. The runtime is loaded on first use.
 *
 * @throws ScorerError `MODEL_INVALID` when the runtime refuses the file
 */
export async function createSession(bytes: Uint8Array): Promise<Session> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(bytes, OPTIONS).catch((cause: unknown) => {
    throw invalid('The model file is not an ONNX model that the runtime can open', cause);
  });
  const runOnce = async (frame: Frame, plan: RunPlan): Promise<readonly RawTensor[]> => {
    const feeds: Record<string, OrtTensor> = {};
    plan.inputs.forEach(({ name, type, width, rank }, index) => {
      const dims = rank === 1 ? [frame.rows] : [frame.rows, width];
      feeds[name] = new Tensor(type as 'float32', frame.data[index] as Float32Array, dims); // of one kind by construction
    });
    const results = await session.run(feeds, [...plan.outputs]).catch((cause: unknown) => {
      throw runFailed(cause);
    });
    return plan.outputs.map((name) => toRawTensor(results[name], name));
  };
  return {
    inputs: session.inputMetadata.map(toGraphValue),
    outputs: session.outputMetadata.map(toGraphValue),
    async run(frame, plan) {
      if (!plan.oneByOne || frame.rows === 1) return runOnce(frame, plan);
      const parts: (readonly RawTensor[])[] = [];
      for (let row = 0; row < frame.rows; row += 1) {
        parts.push(await runOnce(sliceFrame(frame, plan.inputs, row, row + 1), plan));
      }
      return plan.outputs.map((_, index) => joinTensors(parts.map((part) => part[index] as RawTensor)));
    },
    release: () => session.release(),
  };
}

function toGraphValue(value: OrtSession.ValueMetadata): GraphValue {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: undefined, shape: [] };
}

function toRawTensor(tensor: OrtTensor | undefined, name: string): RawTensor {
  if (tensor === undefined) throw invalid(`The model returned no output ${JSON.stringify(name)}`);
  return { type: tensor.type, dims: tensor.dims, data: tensor.data };
}

/** The outputs of single rows as one tensor: the first dimension becomes the number of rows. */
function joinTensors(parts: readonly RawTensor[]): RawTensor {
  const [first] = parts;
  if (first === undefined) throw invalid('The model returned nothing');
  const dims = [parts.length, ...first.dims.slice(1)];
  if (Array.isArray(first.data)) {
    return { type: first.type, dims, data: parts.flatMap(({ data }) => data as readonly string[]) };
  }
  const bytes = Buffer.concat(
    parts.map(({ data }) => {
      const { buffer, byteOffset, byteLength } = data as ArrayBufferView; // one type an output
      return new Uint8Array(buffer, byteOffset, byteLength);
    }),
  );
  const view = first.data as Float32Array; // any typed array
  const copy = new Uint8Array(bytes); // aligned, in a buffer of its own
  return { type: first.type, dims, data: new (view.constructor as Float32ArrayConstructor)(copy.buffer) };
}

/** True for a run that the runtime refused for what it was fed: other rows may be taken. */
export function isRefusal({ code, detail }: ScorerError): boolean {
  return code === 'MODEL_INVALID' && detail['isRefusal'] === true;
}

/** Memory that ran out is nobody's row. */
function runFailed(cause: unknown): ScorerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/alloc/i.test(reason)) {
    return new ScorerError('There was no memory to run the model with.', { code: 'INTERNAL', cause });
  }
  return new ScorerError(`The model could not be run: ${reason}.`, {
    code: 'MODEL_INVALID',
    cause,
    detail: { isRefusal: true },
  });
}

function invalid(what: string, cause?: unknown): ScorerError {
  const reason = cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new ScorerError(`${what}${reason}.`, { code: 'MODEL_INVALID', cause });
}
