// When another model is looked for, and what comes of it: by requests and a clock, never by a timer.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import { createScorer, type Scorer } from '../../src/serving/scorer.ts';
import { createFakeClock, createFakeLogger, createFakeSource, manifestOf, turn } from './fake-models.ts';

const PERIOD_MS = 60_000;
const storageDown = new ScorerError('no storage', { code: 'STORAGE_FAILED' });
const broken = new ScorerError('broken', { code: 'MODEL_INVALID' });

interface Served {
  readonly source: ReturnType<typeof createFakeSource>;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly logger: ReturnType<typeof createFakeLogger>;
  readonly scorer: Scorer;
  /** The name of the model that answers a request; what the request started goes on until it rests. */
  ask(): Promise<string>;
  /** So many milliseconds later, the same. */
  askAfter(ms: number): Promise<string>;
}

/** A scorer that serves the model a, one moment after its load. */
async function serving(refreshMs = PERIOD_MS): Promise<Served> {
  const [source, clock, logger] = [createFakeSource('a'), createFakeClock(), createFakeLogger()];
  const scorer = createScorer(source, { logger, clock, refreshMs });
  const ask = async (): Promise<string> => {
    const name = await scorer.withModel(async ({ identity }) => identity.name);
    await turn();
    return name;
  };
  const askAfter = async (ms: number): Promise<string> => {
    clock.ms += ms;
    return ask();
  };
  assert.equal(await ask(), 'a');
  logger.lines.length = 0;
  return { source, clock, logger, scorer, ask, askAfter };
}

const failureOf = (scorer: Scorer): unknown => {
  const state = scorer.state();
  assert.ok(state.state === 'ready');
  return state.refresh;
};

describe('requests look for another model', () => {
  it('once a period, however many they are, and do not wait for it', async () => {
    const { source, askAfter, clock, scorer, ask } = await serving();
    source.published = 'b';
    assert.equal(await askAfter(PERIOD_MS - 1), 'a');
    assert.equal(source.looks, 0);
    clock.ms += 1;
    const together = Array.from({ length: 50 }, () =>
      scorer.withModel(async ({ identity }) => identity.name),
    );
    assert.deepEqual(new Set(await Promise.all(together)), new Set(['a']));
    await turn();
    assert.deepEqual([source.looks, source.loads], [1, 2]);
    assert.equal(await ask(), 'b');
    assert.equal(await askAfter(PERIOD_MS - 1), 'b');
    assert.equal(source.looks, 1);
  });

  it('and load nothing when nothing has changed', async () => {
    const { source, askAfter, scorer } = await serving();
    for (let period = 0; period < 3; period += 1) assert.equal(await askAfter(PERIOD_MS), 'a');
    assert.deepEqual([source.looks, source.loads], [3, 1]);
    const state = scorer.state();
    assert.ok(state.state === 'ready');
    assert.deepEqual([state.since, state.lastLook], ['2026-01-02T03:04:05.000Z', '2026-01-02T03:07:05.000Z']);
  });

  it('never, where the period is 0', async () => {
    const { source, askAfter, scorer } = await serving(0);
    source.published = 'b';
    assert.equal(await askAfter(1000 * PERIOD_MS), 'a');
    assert.equal(source.looks, 0);
    await scorer.refresh();
    assert.equal(await askAfter(0), 'b', 'but when a person asks');
  });

  it('also when they are for a model that a job pins', async () => {
    const { source, clock, scorer } = await serving();
    clock.ms += PERIOD_MS;
    await scorer.withModel(async () => undefined, { manifest: manifestOf('x') });
    await turn();
    assert.equal(source.looks, 1);
  });

  it('also after the clock was set back', async () => {
    const { source, askAfter } = await serving();
    await askAfter(-1000 * PERIOD_MS);
    assert.equal(source.looks, 1);
  });

  it('one at a time, however long it takes', async () => {
    const { source, askAfter } = await serving();
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    for (let period = 0; period < 5; period += 1) assert.equal(await askAfter(PERIOD_MS), 'a');
    assert.equal(source.looks, 1);
    gate.resolve();
    await turn();
    assert.equal(source.loads, 1);
  });
});

describe('a request that comes ten periods after the last look', () => {
  it('waits for the next one, and is served by what that finds', async () => {
    const { source, askAfter } = await serving();
    source.published = 'b';
    assert.equal(await askAfter(10 * PERIOD_MS - 1), 'a');
    source.published = 'c';
    assert.equal(await askAfter(10 * PERIOD_MS), 'c');
  });

  it('waits 2 s at most, and those that come later not at all', async () => {
    const { source, clock, scorer, ask } = await serving();
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    source.published = 'b';
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      clock.ms += 10 * PERIOD_MS;
      let answers = 0;
      const waiting = [1, 2].map(() =>
        scorer.withModel(async ({ identity }) => {
          answers += 1;
          return identity.name;
        }),
      );
      await turn();
      mock.timers.tick(1999);
      await turn();
      assert.equal(answers, 0);
      mock.timers.tick(1);
      assert.deepEqual(await Promise.all(waiting), ['a', 'a']);
      assert.equal(await ask(), 'a');
      gate.resolve();
      await turn();
      assert.equal(await ask(), 'b');
      assert.equal(source.looks, 1);
    } finally {
      mock.timers.reset();
    }
  });
});

describe('a refresh that fails', () => {
  it('to see what is there leaves the old model, and warns once a look', async () => {
    const { source, askAfter, ask, logger, scorer, clock } = await serving();
    source.lookFails = storageDown;
    assert.equal(await askAfter(PERIOD_MS), 'a');
    for (let request = 0; request < 10; request += 1) await ask();
    assert.deepEqual(logger.lines, ['WARNING MODEL_LOOK_FAILED']);
    const since = new Date(clock.ms).toISOString();
    assert.equal(await askAfter(PERIOD_MS), 'a');
    assert.deepEqual(logger.lines, ['WARNING MODEL_LOOK_FAILED', 'WARNING MODEL_LOOK_FAILED']);
    assert.deepEqual(failureOf(scorer), { reason: storageDown, since });
    source.lookFails = undefined;
    await askAfter(PERIOD_MS);
    assert.equal(failureOf(scorer), undefined);
  });

  it('because the model is wrong is told once; it is tried again after ten periods', async () => {
    const { source, askAfter, logger, scorer, clock } = await serving();
    source.published = 'b';
    source.loadFails = broken;
    assert.equal(await askAfter(PERIOD_MS), 'a');
    const since = new Date(clock.ms).toISOString();
    for (let period = 0; period < 9; period += 1) assert.equal(await askAfter(PERIOD_MS), 'a');
    assert.deepEqual([source.looks, source.loads, logger.lines], [10, 2, ['ERROR MODEL_REFRESH_FAILED']]);
    await askAfter(PERIOD_MS);
    assert.equal(source.loads, 3);
    assert.deepEqual(failureOf(scorer), { reason: broken, since });
    source.loadFails = undefined;
    await askAfter(10 * PERIOD_MS);
    assert.equal(await askAfter(0), 'b');
    assert.equal(failureOf(scorer), undefined);
  });

  it('because the model is wrong is forgotten when another is published, or the one before again', async () => {
    const { source, askAfter, scorer } = await serving();
    source.published = 'b';
    source.loadFails = broken;
    await askAfter(PERIOD_MS);
    source.published = 'a';
    assert.equal(await askAfter(PERIOD_MS), 'a');
    assert.deepEqual([failureOf(scorer), source.loads], [undefined, 2]);
    source.published = 'b';
    await askAfter(PERIOD_MS);
    assert.equal(source.loads, 3);
    source.published = 'c';
    source.loadFails = undefined;
    await askAfter(PERIOD_MS);
    assert.equal(await askAfter(0), 'c');
    assert.equal(failureOf(scorer), undefined);
  });

  it('because storage failed is tried again at the next look', async () => {
    const { source, askAfter } = await serving();
    source.published = 'b';
    source.loadFails = storageDown;
    await askAfter(PERIOD_MS);
    await askAfter(PERIOD_MS);
    assert.equal(source.loads, 3);
    source.loadFails = undefined;
    await askAfter(PERIOD_MS);
    assert.equal(await askAfter(0), 'b');
  });
});

describe('a person who asks to refresh', () => {
  it('has even a model tried again that is known to be wrong', async () => {
    const { source, askAfter, scorer, ask } = await serving();
    source.published = 'b';
    source.loadFails = broken;
    await askAfter(PERIOD_MS);
    source.loadFails = undefined;
    await scorer.refresh();
    assert.equal(await ask(), 'b');
  });

  it('while a look is under way has another one made after it, which may find more', async () => {
    const { source, askAfter, scorer, ask } = await serving();
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    await askAfter(PERIOD_MS);
    const refreshed = Promise.all([scorer.refresh(), scorer.refresh()]);
    await turn();
    assert.equal(source.looks, 1);
    gate.resolve();
    await turn();
    await refreshed;
    assert.equal(source.looks, 2);
    assert.equal(await ask(), 'a');
  });
});
