import type { InferenceSession as OrtSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ScorerError, show } from '../errors.ts';
import type { Manifest } from './manifest.ts';
import type { Label } from './model.ts';

/** A native session behind the one shape of model that is taken: a float32 matrix in, labels and probabilities out. */
export interface Session {
  /**
   * @param values row-major float32, an even number of rows
   * @returns one label a row, and rows × classes probabilities
   */
  run(
    values: Float32Array,
  ): Promise<{ readonly labels: readonly Label[]; readonly probabilities: Float32Array }>;
  release(): Promise<void>;
}

const OPTIONS: OrtSession.SessionOptions = {
  // the process serves many requests at once: one thread each costs less than handing rows between threads
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
};

/** Loads the native runtime; the first call takes tens of milliseconds. */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  return import('onnxruntime-node');
}

/**
 * Loads the native runtime and has it set itself up, which it does with its first model: 20 to 50 ms that
 * need not wait for that model's bytes.
 */
export async function prepareRuntime(): Promise<void> {
  const { InferenceSession } = await loadRuntime();
  // no model at all: refused, at once when the runtime is set up already
  await InferenceSession.create(new Uint8Array(1), OPTIONS).catch(() => undefined);
}

/**
 * Opens an ONNX model and checks it against its manifest. The runtime is loaded on first use.
 *
 * @throws ScorerError `MODEL_INVALID` when the runtime refuses the file or the graph lacks what the manifest names
 */
export async function createSession(bytes: Uint8Array, manifest: Manifest): Promise<Session> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(bytes, OPTIONS).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`The model file is not an ONNX model that the runtime can open: ${reason}`, cause);
  });
  const width = manifest.features.length;
  const input = checkGraph(session, manifest);
  const { label, probabilities, classes } = manifest.outputs;
  return {
    async run(values) {
      const rows = values.length / width;
      const feeds = { [input]: new Tensor('float32', values, [rows, width]) };
      const results = await session.run(feeds, [label, probabilities]);
      return {
        labels: toLabels(results[label], rows),
        probabilities: toProbabilities(results[probabilities], rows * classes.length),
      };
    },
    release: () => session.release(),
  };
}

/** Returns the name of the graph's one input. */
function checkGraph(session: OrtSession, manifest: Manifest): string {
  const [input, ...others] = session.inputMetadata;
  if (input === undefined || others.length > 0 || !input.isTensor || input.type !== 'float32') {
    const found = session.inputMetadata.map(
      (each) => `${each.name} (${each.isTensor ? each.type : 'not a tensor'})`,
    );
    throw invalid(`The model must have one float32 input; it has ${found.join(', ') || 'none'}.`);
  }
  const columns = input.shape[1];
  const width = manifest.features.length;
  if (input.shape.length !== 2 || (typeof columns === 'number' && columns !== width)) {
    throw invalid(`The model takes [${input.shape.join(', ')}]; the manifest names ${width} features.`);
  }
  for (const name of [manifest.outputs.label, manifest.outputs.probabilities]) {
    const output = session.outputMetadata.find((each) => each.name === name);
    if (output?.isTensor === true) continue;
    const found = session.outputMetadata.map((each) => show(each.name)).join(', ');
    throw invalid(
      output === undefined
        ? `The model has no output ${show(name)} that the manifest names; it has ${found}.`
        : `The model's output ${show(name)} is not a tensor (export it without ZipMap: zipmap=False).`,
    );
  }
  return input.name;
}

/** Small integers of int64 outputs are read as numbers: labels are class numbers, not 64-bit quantities. */
function toLabels(tensor: OrtTensor | undefined, rows: number): readonly Label[] {
  const data = tensor?.data;
  if (data instanceof BigInt64Array && data.length === rows) return Array.from(data, Number);
  if (data instanceof Int32Array && data.length === rows) return Array.from(data);
  if (Array.isArray(data) && data.length === rows) return data.map(String);
  throw invalid(
    `The model's labels come as ${tensor?.type} [${tensor?.dims.join(', ')}]: expected ${rows} int64 or string.`,
  );
}

function toProbabilities(tensor: OrtTensor | undefined, count: number): Float32Array {
  const data = tensor?.data;
  if (data instanceof Float32Array && data.length === count) return data;
  throw invalid(
    `The model's probabilities come as ${tensor?.type} [${tensor?.dims.join(', ')}]: expected ${count} float32.`,
  );
}

function invalid(message: string, cause?: unknown): ScorerError {
  return new ScorerError(message, { code: 'MODEL_INVALID', cause });
}
