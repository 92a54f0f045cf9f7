// The program of a worker thread whose session does as the first output of the plan says.
import { writeSync } from 'node:fs';
import { BroadcastChannel, getEnvironmentData, parentPort } from 'node:worker_threads';
import { ScorerError } from '../../src/errors.ts';
import type { Frame } from '../../src/features/frame.ts';
import type { RawTensor, RunPlan } from '../../src/model/session.ts';
import { serveSession } from '../../src/serving/serve-session.ts';

const WAIT_MS = 30_000;
const WORK_MS = 200;

/** Words of memory that the test shares with its threads, under the name `words`. */
export const WORD = { meeting: 0, failingOpens: 1, go: 2 } as const;
const words = getEnvironmentData('words') as Int32Array | undefined;

const COMMANDS: Readonly<Record<string, (frame: Frame) => Promise<readonly RawTensor[]>>> = {
  async echo(frame) {
    return frame.data.map((data) => ({ type: 'any', dims: [frame.rows, data.length / frame.rows], data }));
  },
  exit: () => process.exit(7),
  throw() {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return new Promise(() => {});
  },
  async refuse() {
    throw new ScorerError('Got invalid dimensions.', {
      code: 'MODEL_INVALID',
      detail: { expected: 37, got: [1, 2] },
      cause: new Error('from the runtime'),
    });
  },
  async stumble() {
    throw new TypeError('undefined is not a function');
  },
  /** An answer that can't be sent. */
  mumble: async () => [{ type: 'any', dims: [1], data: (() => 0) as unknown as string[] }],
  /** Ends when two threads are in it at once. */
  async meet(frame) {
    if (words === undefined) throw new Error('no words are shared');
    const before = Atomics.add(words, WORD.meeting, 1);
    if (before % 2 === 1) Atomics.notify(words, WORD.meeting);
    else if (Atomics.wait(words, WORD.meeting, before + 1, WAIT_MS) === 'timed-out') {
      throw new Error('nobody came');
    }
    return COMMANDS['echo']?.(frame) ?? [];
  },
  /** Ends when the test says so. */
  async hold(frame) {
    if (words !== undefined) Atomics.wait(words, WORD.go, 0, WAIT_MS);
    return COMMANDS['echo']?.(frame) ?? [];
  },
  /** Says when it begins, works as native code does, and writes past this process's own streams when it ends. */
  async work(frame) {
    new BroadcastChannel('runs').postMessage('begun');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WORK_MS);
    writeSync(1, 'the run came to its end\n');
    return COMMANDS['echo']?.(frame) ?? [];
  },
};

async function run(frame: Frame, { outputs: [command = ''] }: RunPlan): Promise<readonly RawTensor[]> {
  const doIt = COMMANDS[command];
  if (doIt === undefined) throw new Error(`no command ${command}`);
  return doIt(frame);
}

if (parentPort !== null) {
  serveSession(parentPort, async (model) => {
    if (words !== undefined && Atomics.load(words, WORD.failingOpens) > 0) {
      Atomics.sub(words, WORD.failingOpens, 1);
      process.exit(9);
    }
    if (model.length === 0) throw new ScorerError('An empty file.', { code: 'MODEL_INVALID' });
    const value = { name: 'x', type: 'float32', shape: ['N', model.length] };
    return { inputs: [value], outputs: [value], run, release: async () => undefined };
  });
}
