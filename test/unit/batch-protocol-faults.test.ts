// Whatever befalls whichever request of a job: each row comes out once, in order, by one model.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findWrongs } from '../simulation/checks.ts';
import { FAULTS, type Fault, faultAt } from '../simulation/faults.ts';
import { createWorld, runJob } from '../simulation/job-run.ts';
import { randomWorld } from '../simulation/random-world.ts';
import { smallWorld } from '../simulation/small-world.ts';
import type { World } from '../simulation/world.ts';

const JOBS = [
  {
    name: 'a job of five shards',
    text: 'a,b\n1,2\nx,5\n"6\n7",8\n3,4\n\nx,9\n"9"",\n10"\n1,1\n2,2\nx"\n',
    shardBytes: 14,
    /** Every so-manieth request meets the fault. */
    stride: 1,
  },
  {
    name: 'a job of 37 shards, so of two levels of markers',
    text: `a,b\n${'1,2\nx,5\n"6\n7",8\n3,4\n\n'.repeat(9)}`,
    shardBytes: 6,
    stride: 13,
  },
];

async function run(job: (typeof JOBS)[number], number: number, fault: Fault): Promise<World> {
  const options = { seed: 5, nextFault: faultAt(number, fault), cpus: ['a', 'b'] };
  const world = createWorld(smallWorld(job.text, job.shardBytes, options));
  await runJob(world);
  assert.deepEqual(findWrongs(world, job.text), [], `${fault} at request ${number}`);
  return world;
}

function countRequests({ requests }: World): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

describe('one fault', () => {
  for (const job of JOBS) {
    it(`leaves ${job.name} as it must be, when there is none`, async () => {
      assert.equal((await run(job, -1, 'none')).deaths, 0);
    });

    for (const [offset, fault] of FAULTS.entries()) {
      it(`${fault}, at any request, leaves ${job.name} as it must be`, async () => {
        const requests = countRequests(await run(job, -1, 'none'));
        for (let number = offset % job.stride; number < requests; number += job.stride) {
          await run(job, number, fault);
        }
      });
    }
  }
});

describe('faults of all kinds at once', () => {
  const [FIRST, COUNT] = [1, 300];

  it(`leave jobs of the seeds ${FIRST} to ${FIRST + COUNT - 1} as they must be, also those that are run again`, async () => {
    let reruns = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed += 1) {
      const { text, options } = randomWorld(seed);
      const world = createWorld(options);
      await runJob(world);
      assert.deepEqual(findWrongs(world, text), [], `seed ${seed}: ${JSON.stringify(text)}`);
      if (world.runsBefore > 0) reruns += 1;
    }
    assert.ok(reruns > COUNT / 10);
  });

  it('would be noticed if the data of a part had its place alone for a name', async () => {
    let wrong = 0;
    for (let seed = FIRST; seed < FIRST + COUNT && wrong === 0; seed += 1) {
      const { text, options } = randomWorld(seed);
      const world = createWorld({ ...options, hasUuids: false });
      await runJob(world);
      wrong += findWrongs(world, text).length;
    }
    assert.ok(wrong > 0);
  });
});
