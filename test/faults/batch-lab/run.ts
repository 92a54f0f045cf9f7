// One job with one trouble, and what must come of it.
import assert from 'node:assert/strict';
import { type ObjectVersion, toJobId, toOutputFolder } from '../../../src/batch/names.ts';
import type { OutgoingMessage } from '../../../src/ports/publisher.ts';
import { createBroker, type Message } from './broker.ts';
import { type Input, makeInput } from './inputs.ts';
import { createModelFolder, type ModelFolder, workInProcess } from './lab.ts';
import type { Place } from './place.ts';
import { startProcess } from './process.ts';
import { checkLetters, listAll, type Results, readResults, toComparable } from './results.ts';
import type { CallTrouble, InputKind, Scenario } from './trouble.ts';
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

/** What came of a run. */
export interface Run {
  /** False when the job was over before the trouble came. */
  readonly hasCome: boolean;
  /** At how many places it could have come. */
  readonly places: number;
}

/** Creates a bench at a place. */
export async function createBench(place: Place): Promise<Bench> {
  return { place, model: await createModelFolder(), expected: new Map(), runs: 0 };
}

/** Removes it, and its place. */
export async function closeBench({ place, model }: Bench): Promise<void> {
  await Promise.all([place.close(), model.close()]);
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
    await check(bench, stage, { scenario, kind });
    await checkRepeated(stage, broker);
    return { hasCome: troubles.hasCome, places };
  } finally {
    if (isSwapped) await model.close();
  }
}

/** One job: its input, where its results go, what came of it beside objects. */
interface Stage {
  readonly place: Place;
  readonly input: Input;
  readonly model: ModelFolder;
  readonly version: ObjectVersion;
  readonly outputUri: string;
  readonly letters: OutgoingMessage[];
  readonly events: string[];
  /** Another version of the input, if it was overwritten. */
  next: ObjectVersion | undefined;
}

async function createStage(bench: Bench, input: Input, model: ModelFolder): Promise<Stage> {
  const { place } = bench;
  bench.runs += 1;
  const name = `run-${bench.runs}${input.ending}`;
  return {
    place,
    input,
    model,
    version: await drop(place, name, input.bytes),
    outputUri: `${place.outputs}/run-${bench.runs}`,
    letters: [],
    events: [],
    next: undefined,
  };
}

async function drop({ truth, bucket }: Place, name: string, bytes: Uint8Array): Promise<ObjectVersion> {
  const { object } = await truth.write(truth.uri(bucket, name), bytes);
  return { bucket, name, generation: object?.generation ?? '' };
}

function toNotification({ bucket, name, generation }: ObjectVersion): Message {
  const attributes = {
    eventType: 'OBJECT_FINALIZE',
    bucketId: bucket,
    objectId: name,
    objectGeneration: generation,
  };
  return { topic: 'objects', data: new Uint8Array(), attributes };
}

function createStageBroker(
  stage: Stage,
  { copies = 1, skewSeconds = 0 }: Pick<Scenario, 'copies' | 'skewSeconds'>,
  troubles: ReturnType<typeof createTroubles>,
) {
  const { place, model, outputUri, input, letters, events } = stage;
  let processes = 0;
  const broker = createBroker(
    (topic, delivery) => {
      troubles.begin();
      processes += 1;
      const process = startProcess({
        storage: place.storage,
        nextTrouble: troubles.nextOf({ attempt: delivery.attempt ?? 1 }),
        meddle: (trouble) => meddle(stage, trouble, (message) => broker.publish(message)),
        skewMs: skewSeconds * 1000 * ((processes % 3) - 1),
        publish(to, messages) {
          for (const message of messages) {
            if (to === 'shards') broker.publish({ ...message, topic: 'shards' });
            else letters.push(message);
          }
        },
      });
      const logger = { log: (_: string, event: string) => void events.push(event) };
      return workInProcess({ process, scorer: model.scorer, logger, outputUri, input }, topic, delivery);
    },
    { copies, isLost: (message) => troubles.isLost(message) },
  );
  return broker;
}

async function meddle(
  stage: Stage,
  trouble: CallTrouble,
  publish: (message: Message) => void,
): Promise<void> {
  const { place, version, input, model } = stage;
  if (trouble === 'model published') return model.publish(2);
  const { truth, bucket } = place;
  if (trouble === 'input deleted') {
    await truth.remove(truth.uri(bucket, version.name));
    return;
  }
  stage.next = await drop(place, version.name, input.longer);
  publish(toNotification(stage.next));
}

/** A job of which a message was lost is open and stands still, until its notification comes again. */
async function resume(stage: Stage, broker: ReturnType<typeof createBroker>): Promise<void> {
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
async function checkRepeated(stage: Stage, broker: ReturnType<typeof createBroker>): Promise<void> {
  const { place, version, outputUri, letters } = stage;
  const before = await listAll(place.truth, `${outputUri}/`);
  const told = letters.length;
  if (!before.some(({ uri }) => uri.endsWith(`/${version.generation}/job.json`))) return;
  broker.publish(toNotification(version));
  await broker.drain();
  assert.deepEqual(await listAll(place.truth, `${outputUri}/`), before);
  assert.equal(letters.length, told);
}

/** What an input gives undisturbed; of one that succeeds, in one piece as well. */
async function expectedOf(bench: Bench, kind: InputKind, version: '1' | '2'): Promise<object> {
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
