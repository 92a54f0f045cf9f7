// What a large file takes in requests, time and money, with the protocol's own decisions: docs/scaling.md.
import { parseArgs } from 'node:util';
import { randomFaults } from '../test/simulation/faults.ts';
import { createWorld, runJob } from '../test/simulation/job-run.ts';
import { createRandom } from '../test/simulation/random.ts';
import { findLargeWrongs } from '../test/simulation/range-checks.ts';
import { createInput, createRangeEngine } from '../test/simulation/range-engine.ts';
import { namesOf, type World } from '../test/simulation/world.ts';
import { priceOfMessages, priceOfWork, REQUEST_PRICES } from './cloud-prices.ts';

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '1024' },
    'shard-mib': { type: 'string', default: '64' },
    faults: { type: 'string', default: '0' },
    death: { type: 'string' },
    duplicates: { type: 'string' },
    lost: { type: 'string' },
    workers: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});

/** Deliveries that one instance works on at once. */
const CONCURRENCY = 2;

function numberOf(name: keyof typeof values, byDefault = 0): number {
  const number = Number(values[name] ?? byDefault);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new Error(`--${name} is ${values[name]}: expected a number from 0`);
}

function createLargeWorld(): World {
  const [seed, faults] = [numberOf('seed'), numberOf('faults')];
  const death = numberOf('death', faults);
  return createWorld({
    seed,
    input: createInput(numberOf('gib') * 1024 ** 3),
    engine: createRangeEngine(faults),
    settings: {
      outputUri: 'gs://out/results',
      engine: 1,
      shardBytes: numberOf('shard-mib') * 1024 ** 2,
      maxFailedRatio: undefined,
      engineOptions: {},
      objectsTopic: 'objects',
    },
    broker: {
      workers: numberOf('workers'),
      ackDeadlineS: 600, // the longest: https://cloud.google.com/pubsub/docs/lease-management
      maxAttempts: 100, // the most: https://cloud.google.com/pubsub/docs/dead-letter-topics
      minBackoffS: 10,
      maxBackoffS: 600,
      maxDelayS: 1,
      duplicates: numberOf('duplicates', 50 * faults),
      maxDuplicateS: 3600,
      lost: numberOf('lost', faults / 4),
    },
    nextFault: randomFaults(createRandom(seed + 1), {
      'killed-before': death / 2,
      'killed-after': death / 2,
      refused: faults,
      retried: faults,
      'failed-after': faults,
      frozen: faults / 10,
    }),
    requestS: 0.05,
    bytesPerS: 50e6,
    deadlineS: 540,
    maxFrozenS: 7200,
    hasty: faults,
    otherEngine: 0,
    cpus: ['a'],
    ...(faults > 0 ? { swapAtS: 60 } : {}),
    hasUuids: true,
  });
}

function print(world: World, wrongs: readonly string[], startedMs: number): void {
  const { requests, broker, bucket, options, verdicts } = world;
  const { counts } = broker;
  const shards = Math.ceil(options.input.size / options.settings.shardBytes);
  const minutes = (seconds: number | undefined): string => `${((seconds ?? 0) / 60).toFixed(1)} min`;
  const dollars = (amount: number): string => `$${amount.toFixed(3)}`;
  const kinds = Object.entries(requests) as [keyof typeof requests, number][];
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const storage = kinds.reduce((sum, [kind, count]) => sum + count * REQUEST_PRICES[kind], 0);
  const row = (name: string, value: unknown): void => console.log(`${name.padEnd(28)}${value}`);
  row('result', wrongs.length === 0 ? 'each row once, in order, by one model' : wrongs.join('; '));
  row('shards', shards.toLocaleString('en'));
  row('requests a shard', (total / shards).toFixed(2));
  for (const [kind, count] of kinds) row(`  ${kind}`, (count / shards).toFixed(2));
  row('largest listing', `${world.largestListing.toLocaleString('en')} objects`);
  row('deliveries', `${counts.deliveries.toLocaleString('en')}, ${counts.finishes} of them to finish`);
  row('deaths', world.deaths.toLocaleString('en'));
  row('messages moved away', `${counts.movedAway}, notification published again ${world.resumed} times`);
  row('left behind, by late workers', bucket.list(`${namesOf(world).root}/`).length);
  row('scored after', minutes(counts.askedAtS));
  row('verdict after', minutes(verdicts[0]?.atS));
  row('closed after', minutes(world.closedAtS));
  row('cost: storage requests', dollars(storage));
  row('cost: messages', dollars(priceOfMessages(counts.published, counts.deliveries)));
  row('cost: instances', dollars(priceOfWork(counts.busyS, CONCURRENCY)));
  row(
    'this took',
    `${((performance.now() - startedMs) / 1000).toFixed(0)} s, ${(process.memoryUsage().rss / 1024 ** 2).toFixed(0)} MiB`,
  );
}

const startedMs = performance.now();
const world = createLargeWorld();
await runJob(world);
const wrongs = findLargeWrongs(world);
print(world, wrongs, startedMs);
if (wrongs.length > 0) process.exitCode = 1;
