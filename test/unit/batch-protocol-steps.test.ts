// Single decisions of the protocol, and what drives them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drive, type Execute } from '../../src/batch/protocol/drive.ts';
import { finishMessage } from '../../src/batch/protocol/finish.ts';
import { scoreNotified } from '../../src/batch/protocol/notification.ts';
import { type Operation, perform, performAll, type Steps } from '../../src/batch/protocol/operation.ts';
import { encodePlan } from '../../src/batch/protocol/plan.ts';
import { scoreShard } from '../../src/batch/protocol/shard.ts';
import { createTurn } from '../../src/batch/protocol/turn.ts';
import { ScorerError } from '../../src/errors.ts';
import { samplePlan } from './sample-plan.ts';

const settings = {
  outputUri: 'gs://out/results',
  engine: 1,
  shardBytes: 100,
  maxFailedRatio: undefined,
  engineOptions: {},
  objectsTopic: 'objects',
};
const root = `gs://out/results/_parts/${samplePlan.job}`;
const message = { plan: `${root}/plan.json`, id: samplePlan.id, shard: 1 } as const;

/** Answers operations by their kind, and by their URI where they have one; remembers what was asked. */
function world(answers: Readonly<Record<string, unknown>>): {
  readonly execute: Execute;
  readonly asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    execute: async (operation) => {
      const name = nameOf(operation);
      asked.push(name);
      const answer = name in answers ? answers[name] : answers[operation.kind];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

function nameOf(operation: Operation): string {
  if (!('uri' in operation)) return operation.kind;
  return `${operation.kind} ${operation.uri.replace(`${root}/${samplePlan.id}/`, '').replace(`${root}/`, '')}`;
}

const planned = {
  'read plan.json': { bytes: encodePlan(samplePlan), generation: '7' },
  isLate: false,
  list: [],
};

describe('a shard message', () => {
  for (const [name, answers, event] of [
    ['of a job without a plan', {}, 'nothing'],
    [
      'of another plan',
      { 'read plan.json': { bytes: encodePlan({ ...samplePlan, id: 'f'.repeat(16) }), generation: '1' } },
      'nothing',
    ],
  ] as const) {
    it(`${name} is acknowledged, and nothing is scored`, async () => {
      const { execute, asked } = world(answers);
      assert.deepEqual(await drive(scoreShard(createTurn(settings, 1), message, 1), execute), { event });
      assert.deepEqual(asked, ['read plan.json']);
    });
  }

  it('of a shard that the plan does not have is acknowledged', async () => {
    const { execute } = world(planned);
    const outcome = await drive(scoreShard(createTurn(settings, 1), message, 99), execute);
    assert.deepEqual(outcome, { event: 'nothing' });
  });

  for (const [name, steps] of [
    ['shard', scoreShard(createTurn({ ...settings, engine: 2 }, 1), message, 1)],
    ['finish', finishMessage(createTurn({ ...settings, engine: 2 }, 1), { ...message, shard: 'finish' })],
  ] as const) {
    it(`(${name}) of a job that was planned for another engine comes again, and says why`, async () => {
      const { execute } = world(planned);
      await assert.rejects(drive<unknown>(steps, execute), {
        code: 'INTERNAL',
        retryable: true,
        message: /was planned for engine 1, and this is 2: drop the file again/,
      });
    });
  }

  it('whose time is up before it got anywhere comes again', async () => {
    const { execute, asked } = world({ ...planned, isLate: true, guess: 150 });
    const steps = scoreShard(createTurn(settings, 1), message, 1);
    await assert.rejects(drive(steps, execute), { code: 'DEADLINE_EXCEEDED' });
    assert.ok(!asked.includes('publish'));
  });

  for (const [attempt, event, parts] of [
    [1, 'scored', 2],
    [2, 'handed-on', 1],
  ] as const) {
    it(`delivered ${attempt === 1 ? 'first' : 'again'} is ${event} after ${parts} of two parts`, async () => {
      const same = { last: false, rows: 1, failed: 0, lines: 1, input_crc32c: 'AAAAAA==' };
      const scored = [
        { start: 150, end: 180, ...same },
        { start: 180, end: 200, ...same },
      ];
      const { execute, asked } = world({ ...planned, guess: 150, create: { written: true } });
      const outcome = await drive(scoreShard(createTurn(settings, attempt), message, 1), async (operation) =>
        operation.kind === 'score' ? scored.shift() : execute(operation),
      );
      assert.deepEqual(outcome, { event });
      assert.equal(asked.filter((name) => name.startsWith('create p/')).length, parts);
      assert.equal(asked.includes('publish'), event === 'handed-on');
    });
  }

  it('whose failure no rule speaks of comes again', async () => {
    const cause = new ScorerError('odd', { code: 'INVALID_MESSAGE' });
    const { execute } = world({ ...planned, guess: cause });
    await assert.rejects(drive(scoreShard(createTurn(settings, 1), message, 1), execute), {
      code: 'INTERNAL',
      retryable: true,
      cause,
    });
  });

  it('whose input is gone supersedes the job where the bucket answers, and comes again where it does not', async () => {
    const gone = { ...planned, guess: 'gone' };
    const { uri } = samplePlan.input;
    const run = (answers: Readonly<Record<string, unknown>>) =>
      drive(scoreShard(createTurn(settings, 1), message, 1), world(answers).execute);
    assert.deepEqual(await run({ ...gone, answers: true }), { event: 'superseded', uri });
    await assert.rejects(run({ ...gone, answers: false }), { code: 'STORAGE_FAILED' });
  });

  it('that meets a missing object while the job has no verdict comes again', async () => {
    const job = `read ${samplePlan.output}/job.json`;
    const { execute } = world({
      ...planned,
      [job]: undefined,
      guess: 150,
      score: { start: 150, end: 200, last: false, rows: 1, failed: 0, lines: 1, input_crc32c: 'AAAAAA==' },
      create: { written: false },
    });
    const steps = scoreShard(createTurn(settings, 1), message, 1);
    await assert.rejects(drive(steps, execute), { code: 'STORAGE_FAILED', message: /is gone/ });
  });

  it('is taken for no more than it is: a guess outside the range is none', async () => {
    const { execute, asked } = world({ ...planned, guess: 250, create: { written: true } });
    await drive(scoreShard(createTurn(settings, 1), message, 1), execute);
    assert.ok(!asked.includes('score'));
    assert.ok(asked.includes('create m/0/00000000/00000001'));
  });
});

describe('a part that can never be scored', () => {
  const refusal = { code: 'INPUT_TOO_LARGE', message: 'The input is too large.' };

  it('leaves its shard done and unscored, for the finish to meet it', async () => {
    const { execute, asked } = world({ ...planned, guess: 150, score: refusal, create: { written: true } });
    const outcome = await drive(scoreShard(createTurn(settings, 1), message, 1), execute);
    assert.deepEqual(outcome, { event: 'scored' });
    assert.ok(asked.includes('create m/0/00000000/00000001'));
    assert.ok(!asked.some((name) => name.startsWith('create p/')));
  });

  it('fails the job where the chain comes by it', async () => {
    const { execute, asked } = world({ ...planned, score: refusal, create: { written: true }, now: 'now' });
    const finish = finishMessage(createTurn(settings, 1), { ...message, shard: 'finish' });
    const outcome = await drive(finish, execute);
    assert.ok(outcome.event === 'closed');
    assert.deepEqual(outcome.job.error, refusal);
    assert.ok(asked.includes('letter'));
    assert.equal(asked.at(-1), 'remove plan.json');
  });
});

describe('a notification', () => {
  it('of an object among the parts of jobs becomes a dead letter', async () => {
    const version = { bucket: 'in', name: '_parts/flights.csv', generation: '1' };
    const { execute, asked } = world({});
    const steps = scoreNotified(createTurn(settings, 1), {
      version,
      uri: 'gs://in/_parts/flights.csv',
      planId: 'a',
    });
    assert.equal((await drive(steps, execute)).event, 'refused');
    assert.deepEqual(asked, ['refuse']);
  });
});

describe('driving', () => {
  it('keeps to the bound, and gives the results in the order of the operations', async () => {
    let [busy, most] = [0, 0];
    const execute: Execute = async (operation) => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise(setImmediate);
      busy -= 1;
      return 'uri' in operation && { bytes: Buffer.from(operation.uri), generation: '1' };
    };
    const given = Array.from({ length: 20 }, (_, index) => ({ uri: String(index) }));
    const results = await drive(performAll('read', given, 4), execute);
    assert.deepEqual(
      results.map((stored) => String(stored?.bytes)),
      given.map(({ uri }) => uri),
    );
    assert.equal(most, 4);
  });

  it('throws into the decision what an operation throws, when nothing is under way any more', async () => {
    const ended: string[] = [];
    const execute: Execute = async (operation) => {
      if (nameOf(operation) === 'read b') throw new ScorerError('busy', { code: 'STORAGE_FAILED' });
      await new Promise(setImmediate);
      ended.push(nameOf(operation));
      return undefined;
    };
    function* decide(): Steps<string> {
      try {
        yield* performAll('read', [{ uri: 'a' }, { uri: 'b' }, { uri: 'c' }, { uri: 'd' }], 2);
      } catch (error) {
        yield* perform('stat', { uri: 'after' });
        return error instanceof ScorerError ? error.code : 'none';
      }
      return 'none';
    }
    assert.equal(await drive(decide(), execute), 'STORAGE_FAILED');
    assert.deepEqual(ended, ['read a', 'stat after'], 'what had not begun is not begun');
  });
});
