import assert from 'node:assert/strict';
import { toOutputFolder } from '../../../src/batch/names.ts';
import { type Input, makeInput } from './inputs.ts';
import { createModelFolder, type ModelFolder } from './lab.ts';
import type { Place } from './place.ts';
import { checkLetters, listAll, type Results, readResults, toComparable } from './results.ts';
import { createStage, createStageBroker, toNotification } from './stage.ts';
import type { InputKind } from './trouble.ts';
import { createTroubles } from './troubles.ts';

/** Where runs happen, and what they have in common. */
export interface Bench {
  readonly place: Place;
  /** A model that nobody replaces. */
  readonly model: ModelFolder;
  /** What each kind of input gives with each version of the model. */
  readonly expected: Map<string, object>;
  runs: number;
}

/** Creates a bench at a place. */
export async function createBench(place: Place): Promise<Bench> {
  return { place, model: await createModelFolder(), expected: new Map(), runs: 0 };
}

/** Removes it, and its place. */
export async function closeBench({ place, model }: Bench): Promise<void> {
  await Promise.all([place.close(), model.close()]);
}

/** What an input gives undisturbed; of one that succeeds, in one piece as well. */
export async function expectedOf(bench: Bench, kind: InputKind, version: '1' | '2'): Promise<object> {
  const known = bench.expected.get(`${kind} ${version}`);
  if (known !== undefined) return known;
  const input = makeInput(kind);
  const model = version === '1' ? bench.model : await createModelFolder();
  try {
    if (version === '2') await model.publish(2);
    const sharded = await undisturbed(bench, input, model);
    assert.equal(sharded.job.state, input.succeeds ? 'succeeded' : 'failed');
    if (input.succeeds) {
      const whole = await undisturbed(bench, { ...input, shardBytes: Number.MAX_SAFE_INTEGER }, model);
      assert.deepEqual(toComparable(sharded), toComparable(whole), 'sharded as in one piece');
    }
    const expected = toComparable(sharded);
    bench.expected.set(`${kind} ${version}`, expected);
    return expected;
  } finally {
    if (version === '2') await model.close();
  }
}

async function undisturbed(bench: Bench, input: Input, model: ModelFolder): Promise<Results> {
  const stage = await createStage(bench, input, model);
  const broker = createStageBroker(stage, {}, createTroubles(undefined, 0, bench.place.server));
  broker.publish(toNotification(stage.version));
  await broker.drain();
  const results = await readResults(bench.place.truth, toOutputFolder(stage.outputUri, stage.version));
  assert.ok(results, 'an undisturbed job has a verdict');
  assert.deepEqual(broker.troubles, []);
  assert.deepEqual(await listAll(bench.place.truth, `${stage.outputUri}/_parts/`), []);
  checkLetters(results, stage.letters);
  return results;
}
