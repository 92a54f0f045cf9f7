// One job with one trouble, and what must come of it.
import assert from 'node:assert/strict';
import { toJobId, toOutputFolder } from '../../../src/batch/names.ts';
import { type Bench, expectedOf } from './bench.ts';
import type { Broker } from './broker.ts';
import { makeInput } from './inputs.ts';
import { createModelFolder } from './lab.ts';
import { checkLetters, listAll, readResults, toComparable } from './results.ts';
import { createStage, createStageBroker, type Stage, toNotification } from './stage.ts';
import type { InputKind, Scenario } from './trouble.ts';
import { createTroubles } from './troubles.ts';

/** What came of a run. */
export interface Run {
  /** False when the job was over before the trouble came. */
  readonly hasCome: boolean;
  /** At how many places it could have come. */
  readonly places: number;
}

/** A scenario with one of its inputs. */
export interface Case {
  readonly scenario: Scenario;
  readonly kind: InputKind;
}

/**
 * Runs a case with its trouble at the place with a number, from 0, and checks what comes of it.
 *
 * @param number -1 for no trouble, to count the places
 */
export async function runCase(bench: Bench, { scenario, kind }: Case, number: number): Promise<Run> {
  const { trouble } = scenario;
  const isSwapped = trouble?.is === 'model published';
  const model = isSwapped ? await createModelFolder() : bench.model;
  try {
    if (isSwapped) await model.scorer.refresh();
    const stage = await createStage(bench, makeInput(kind), model);
    const troubles = createTroubles(trouble, number, bench.place.server);
    const broker = createStageBroker(stage, scenario, troubles);
    broker.publish(toNotification(stage.version));
    await broker.drain();
    const { places } = troubles;
    troubles.end();
    if (trouble?.is === 'lost' && troubles.hasCome) await resume(stage, broker);
    const { says } = scenario;
    if (says !== undefined) assert.match(String(broker.troubles[0]), new RegExp(says));
    if (trouble?.at === 'calls by chance') await closeLatePlan(stage, broker);
    await check(bench, stage, { scenario, kind });
    await checkRepeated(stage, broker);
    return { hasCome: troubles.hasCome, places };
  } finally {
    if (isSwapped) await model.close();
  }
}

/** A job of which a message was lost is open and stands still, until its notification comes again. */
async function resume(stage: Stage, broker: Broker): Promise<void> {
  const { place, version, outputUri } = stage;
  const root = `${outputUri}/_parts/${toJobId(version)}`;
  assert.ok(
    (await listAll(place.truth, root)).some(({ uri }) => uri.endsWith('/plan.json')),
    'it is open',
  );
  assert.equal(await readResults(place.truth, toOutputFolder(outputUri, version)), undefined);
  broker.publish(toNotification(version));
  await broker.drain();
}

/** Who wakes when the job is over, plans it anew and dies leaves the plan: the next notification takes it away. */
async function closeLatePlan({ place, version, outputUri }: Stage, broker: Broker): Promise<void> {
  const plan = `${outputUri}/_parts/${toJobId(version)}/plan.json`;
  if ((await listAll(place.truth, plan)).length === 0) return;
  assert.ok(broker.diedAwake > 0, 'nobody else leaves a plan');
  broker.publish(toNotification(version));
  await broker.drain();
}

async function check(bench: Bench, stage: Stage, { scenario, kind }: Case): Promise<void> {
  const { place, version, outputUri, letters, events } = stage;
  const { trouble, leavesOrphans = false } = scenario;
  const results = await readResults(place.truth, toOutputFolder(outputUri, version));
  const left = (await listAll(place.truth, `${outputUri}/_parts/`)).map(({ uri }) => uri);
  const mayVanish = trouble?.is === 'input overwritten' || trouble?.is === 'input deleted';
  if (stage.next !== undefined) {
    const next = await readResults(place.truth, toOutputFolder(outputUri, stage.next));
    assert.equal(next?.job.state, 'succeeded', 'the new version is scored');
  }
  if (results === undefined) {
    assert.ok(mayVanish, 'there is a verdict');
    assert.ok(events.includes('OBJECT_SUPERSEDED'), 'it was superseded');
    return;
  }
  const version1 = results.job.model.version as '1';
  assert.deepEqual(toComparable(results), await expectedOf(bench, kind, version1));
  if (!mayVanish) checkLetters(results, letters);
  const wrong = leavesOrphans ? left.filter((uri) => uri.endsWith('/plan.json')) : left;
  assert.deepEqual(wrong, [], 'what is left of working objects');
}

/** The notification of a job that is over changes nothing. */
async function checkRepeated(stage: Stage, broker: Broker): Promise<void> {
  const { place, version, outputUri, letters } = stage;
  const before = await listAll(place.truth, `${outputUri}/`);
  const told = letters.length;
  if (!before.some(({ uri }) => uri.endsWith(`/${version.generation}/job.json`))) return;
  broker.publish(toNotification(version));
  await broker.drain();
  assert.deepEqual(await listAll(place.truth, `${outputUri}/`), before);
  assert.equal(letters.length, told);
}
