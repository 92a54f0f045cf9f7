// What a job does when nothing goes wrong, and what it does with inputs that can't be scored.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeJob } from '../../src/batch/job.ts';
import { findWrongs } from '../simulation/checks.ts';
import { createWorld, runJob } from '../simulation/job-run.ts';
import { findLargeWrongs } from '../simulation/range-checks.ts';
import { createInput, createRangeEngine } from '../simulation/range-engine.ts';
import { smallWorld } from '../simulation/small-world.ts';
import { INPUT, namesOf, type World, type WorldOptions } from '../simulation/world.ts';

async function run(text: string, shardBytes: number, options: Partial<WorldOptions> = {}): Promise<World> {
  const world = createWorld(smallWorld(text, shardBytes, options));
  await runJob(world);
  return world;
}

function jobOf(world: World) {
  const stored = world.bucket.get(namesOf(world).results.job);
  assert.ok(stored?.content.bytes);
  return decodeJob(stored.content.bytes);
}

function textOf({ bucket }: World, uri: string): string {
  return Buffer.from(bucket.get(uri)?.content.bytes ?? []).toString();
}

describe('a job', () => {
  it('of one shard is done in the delivery of its notification', async () => {
    const world = await run('a,b\n1,2\nx,5\n', 1000);
    assert.deepEqual(Object.fromEntries(world.outcomes), { closed: 1 });
    assert.equal(world.broker.counts.published, 1, 'the notification alone');
    assert.deepEqual(jobOf(world).rows, { read: 2, scored: 1, failed: 1 });
    assert.equal(textOf(world, namesOf(world).results.errors), 'line,column,code,message,row\n3,"x,5"\n');
  });

  it('of several shards tells the checksum of what it read, and of what it wrote', async () => {
    const text = 'a,b\n1,2\nx,5\n3,4\n5,6\n7,8\n';
    const world = await run(text, 8);
    assert.deepEqual(findWrongs(world, text), []);
    const { input, state, started_at, finished_at } = jobOf(world);
    assert.equal(state, 'succeeded');
    assert.equal(input.crc32c, world.options.input.crc32c);
    assert.ok(started_at < finished_at);
  });

  it('of a compressed input has one shard, and parts that only end with the time of a delivery', async () => {
    const text = `gzip\n${'1,2\n'.repeat(30)}`;
    const whole = await run(text, 8);
    assert.deepEqual(Object.fromEntries(whole.outcomes), { closed: 1 });
    const hasty = await run(text, 8, { hasty: 1 });
    assert.deepEqual(findWrongs(hasty, text), []);
    assert.ok((hasty.outcomes.get('handed-on') ?? 0) > 2);
  });

  for (const [name, text, code] of [
    ['an empty file', '', 'EMPTY_FILE'],
    ['a header that lacks a column', 'strange\n1\n', 'MISSING_COLUMN'],
    ['first rows that all fail', `a\n${'x\n'.repeat(9)}1\n`, 'TOO_MANY_FAILED_ROWS'],
  ] as const) {
    it(`of ${name} fails with ${code} and one dead letter, and scores nothing`, async () => {
      const world = await run(text, 4);
      assert.deepEqual(findWrongs(world, text), []);
      assert.equal(jobOf(world).error?.code, code);
      assert.equal(world.letters.length, 1);
      const { attributes } = world.letters[0] ?? {};
      assert.equal(attributes?.['dead-letter-id'], jobOf(world).job);
      assert.equal(attributes?.['dead-letter-kind'], 'object');
      assert.equal(world.bucket.list(`${namesOf(world).output}/`).length, 1, 'job.json');
    });
  }

  it('of which too many rows fail tells the first of them with their lines', async () => {
    const text = `a\n1\n\n${'x\n2\n'.repeat(30)}x\n`;
    const settings = { ...smallWorld('', 6).settings, maxFailedRatio: 0.4 };
    const world = await run(text, 6, { settings });
    assert.deepEqual(findWrongs(world, text), []);
    const { error, reasons } = jobOf(world);
    assert.equal(error?.code, 'TOO_MANY_FAILED_ROWS');
    assert.equal(error?.message, 'Of the 62 rows of the CSV 31 fail: at most 40 % may.');
    assert.deepEqual(
      reasons?.map(({ line }) => line),
      Array.from({ length: 20 }, (_, index) => 4 + 2 * index),
    );
  });

  it('whose input is gone is superseded, and leaves no verdict', async () => {
    const world = await run('a\n1\n2\n3\n4\n', 4, { vanishAtS: 0 });
    assert.deepEqual(Object.fromEntries(world.outcomes), { superseded: 1 });
    assert.deepEqual(world.bucket.list(`${namesOf(world).output}/`), []);
  });

  it('finds the results of another in its place, and says so', async () => {
    const world = createWorld(smallWorld('a\n1\n2\n3\n', 4));
    const { results } = namesOf(world);
    const other = await run('a\n1\n', 100);
    const stored = other.bucket.get(namesOf(other).results.job);
    assert.ok(stored?.content.bytes);
    const content = Buffer.from(JSON.stringify({ ...jobOf(other), job: '0'.repeat(32) }));
    world.bucket.create(results.job, { ...stored.content, bytes: content }, 0);
    await runJob(world);
    assert.deepEqual(
      world.refusals.map(({ code }) => code),
      ['OUTPUT_CONFLICT'],
    );
  });

  it('of which all messages were lost goes on when its notification is published again', async () => {
    const text = `a\n${'1\n2\nx\n'.repeat(20)}`;
    const base = smallWorld(text, 4);
    const world = createWorld({ ...base, broker: { ...base.broker, lost: 0.5 } });
    await runJob(world);
    assert.ok(world.resumed > 0);
    assert.deepEqual(findWrongs(world, text), []);
    assert.ok(world.bucket.get(INPUT), 'an input is never touched');
  });
});

describe('a job of 1,100 shards whose workers die at each 200th request', () => {
  it('comes to its end without losing a message: no phase begins from nothing', async () => {
    const base = smallWorld('', 1);
    let number = 0;
    const world = createWorld({
      ...base,
      seed: 7,
      input: createInput(1100 * 4096),
      engine: createRangeEngine(0.01),
      settings: { ...base.settings, shardBytes: 4096 },
      broker: { ...base.broker, workers: 100 },
      nextFault: () => {
        number += 1;
        return number % 200 === 0 ? 'killed-after' : 'none';
      },
    });
    await runJob(world);
    assert.deepEqual(findLargeWrongs(world), []);
    assert.equal(world.broker.counts.movedAway, 0);
    assert.deepEqual(world.bucket.list(`${namesOf(world).root}/`), []);
  });
});
