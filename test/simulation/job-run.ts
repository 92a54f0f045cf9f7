import { createBroker } from './broker.ts';
import { createBucket } from './bucket.ts';
import { createRandom } from './random.ts';
import { createTimeline } from './timeline.ts';
import { work } from './worker.ts';
import { INPUT, namesOf, type World, type WorldOptions } from './world.ts';

/** Creates a world in which the input is there and nobody knows of it. */
export function createWorld(options: WorldOptions): World {
  const [random, timeline, bucket] = [createRandom(options.seed), createTimeline(), createBucket()];
  bucket.create(INPUT, options.input, 0);
  const generation = bucket.get(INPUT)?.generation ?? '';
  const outcomes: World['outcomes'] = new Map();
  const world: World = {
    options,
    random,
    timeline,
    bucket,
    broker: createBroker(timeline, random, options.broker, (delivery) => work(world, delivery)),
    engine: options.engine,
    version: { bucket: 'in', name: 'flights.csv', generation },
    letters: [],
    refusals: [],
    violations: [],
    requests: { read: 0, stat: 0, write: 0, list: 0, compose: 0, remove: 0, publish: 0 },
    outcomes,
    verdicts: [],
    closedAtS: undefined,
    acknowledged: new Set(),
    runsBefore: 0,
    runs: 0,
    deaths: 0,
    largestListing: 0,
    resumed: 0,
    model() {
      const digest = timeline.nowS() < (options.swapAtS ?? Number.POSITIVE_INFINITY) ? 'aaaa' : 'bbbb';
      return { uri: 'gs://models/flights', name: 'flights', version: digest, digest, manifest: '{}' };
    },
    note({ event }) {
      outcomes.set(event, (outcomes.get(event) ?? 0) + 1);
      const { rerunAfterS } = options;
      if (event !== 'closed' || outcomes.get(event) !== 1 || rerunAfterS === undefined) return;
      timeline.after(rerunAfterS, () => rerun(world));
    },
  };
  if (options.vanishAtS !== undefined) timeline.after(options.vanishAtS, () => bucket.remove(INPUT));
  return world;
}

const MAX_RESUMPTIONS = 50;

/**
 * Notifies of the input and lets happen what happens until nothing is under way. Where messages were lost, the
 * notification is published again, as a person would, until the job is over.
 */
export async function runJob(world: World): Promise<void> {
  const { bucket, broker, timeline } = world;
  for (let lost = -1; ; lost = broker.counts.movedAway) {
    broker.publish('notification');
    await timeline.run();
    if (isOver(world) || bucket.get(INPUT) === undefined || world.refusals.length > 0) return;
    if (broker.counts.movedAway === Math.max(lost, 0)) {
      world.violations.push('the job is stuck, and no message was lost');
      return;
    }
    if (world.resumed === MAX_RESUMPTIONS) throw new Error('the job does not come to its end');
    world.resumed += 1;
  }
}

/**
 * Whether the job has its verdict and no plan any more. A worker that wrote a plan after the verdict, and died,
 * leaves it: the next notification would remove that.
 */
function isOver(world: World): boolean {
  const { plan, results } = namesOf(world);
  const [verdict, planned] = [world.bucket.get(results.job), world.bucket.get(plan)];
  if (verdict === undefined || planned === undefined) return verdict !== undefined;
  return !world.acknowledged.has(planned.writer) && Number(planned.generation) > Number(verdict.generation);
}

/** Removes the results and has the input scored again, while workers of before may still sleep; not while the job is open. */
function rerun(world: World): void {
  const { output, plan } = namesOf(world);
  if (world.bucket.get(plan) !== undefined) return;
  for (const { uri } of world.bucket.list(`${output}/`)) world.bucket.remove(uri);
  world.bucket.writes.clear();
  world.letters.length = 0;
  world.runsBefore = world.runs;
  world.broker.publish('notification');
}
