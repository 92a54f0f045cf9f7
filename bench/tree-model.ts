// What the measurements of runs share: a model of .cache/bench-models, and rows for it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from '../src/features/frame.ts';
import { createSession, type RunPlan, type Session } from '../src/model/session.ts';
import { BATCH_ROWS, measureCost, type RunCost } from '../src/serving/run-cost.ts';

const WIDTH = 37;
const folder = join(import.meta.dirname, '../.cache/bench-models');

/** A model to measure. */
export interface TreeModel {
  readonly name: string;
  readonly session: Session;
  readonly plan: RunPlan;
  readonly cost: RunCost;
  readonly readModel: () => Promise<Uint8Array>;
}

/** Opens a model by its name in the folder; says how to make it when it is missing. */
export async function openTreeModel(name: string): Promise<TreeModel> {
  const readModel = () => readFile(join(folder, `${name}.onnx`));
  const session = await createSession(
    await readModel().catch((cause: unknown) => {
      throw new Error(`There is no ${name}.onnx in ${folder}: bench/make-models.py makes it.`, { cause });
    }),
  );
  const plan: RunPlan = {
    inputs: [{ name: session.inputs[0]?.name ?? '', type: 'float32', width: WIDTH, rank: 2 }],
    outputs: session.outputs.map((output) => output.name),
    oneByOne: false,
  };
  const frames = { oneRow: randomFrame(2), batch: randomFrame(BATCH_ROWS) };
  const cost = await measureCost(session, plan, frames, () => performance.now());
  return { name, session, plan, cost, readModel };
}

/** Rows of random features. */
export function randomFrame(rows: number): Frame {
  // the sum of three is near enough to the normal distribution that the models were made from
  const values = Float32Array.from(
    { length: rows * WIDTH },
    () => 2 * (Math.random() + Math.random() + Math.random()) - 3,
  );
  return { rows, data: [values] };
}
