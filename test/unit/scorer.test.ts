// The models of a process: loaded once, tried again after a failure, replaced between requests.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { createScorer, type Scorer } from '../../src/serving/scorer.ts';
import { createFakeClock, createFakeLogger, createFakeSource, type FakeSource, turn } from './fake-models.ts';

/** Hands out the model itself, to tell which one it was. */
const same = async (model: Model): Promise<Model> => model;

function setUp(): { source: FakeSource; scorer: Scorer; logger: ReturnType<typeof createFakeLogger> } {
  const source = createFakeSource('a');
  const logger = createFakeLogger();
  const scorer = createScorer(source, { logger, clock: createFakeClock(), refreshMs: 60_000 });
  return { source, scorer, logger };
}

/** What every load of a fake model costs. */
const COST = { importMs: 1, readMs: 2, checksumMs: 3, sessionMs: 4, selfTestMs: 5, bytes: 6 };

describe('a scorer that has no model yet', () => {
  it('loads once for a hundred first requests at once, and says what that cost', async () => {
    const { source, scorer, logger } = setUp();
    assert.deepEqual(scorer.state(), { state: 'loading' });
    const models = await Promise.all(Array.from({ length: 100 }, () => scorer.withModel(same)));
    assert.deepEqual([source.loads, new Set(models).size], [1, 1]);
    assert.deepEqual(logger.lines, ['INFO MODEL_LOADED']);
    assert.deepEqual(logger.fields, {
      model: source.made[0]?.identity,
      ...COST,
    });
  });

  it('tells which model it serves, since when, and when it last looked', async () => {
    const { source, scorer } = setUp();
    await scorer.withModel(same);
    const time = '2026-01-02T03:04:05.000Z';
    const identity = source.made[0]?.identity;
    assert.deepEqual(scorer.state(), { state: 'ready', identity, cost: COST, since: time, lastLook: time });
  });

  it('forgets a load that failed, keeps its reason, and tries again at the next request', async () => {
    const { source, scorer, logger } = setUp();
    const reason = new ScorerError('broken', { code: 'MODEL_INVALID' });
    source.loadFails = reason;
    const refused = await Promise.allSettled([scorer.withModel(same), scorer.withModel(same)]);
    for (const each of refused) {
      assert.ok(
        each.status === 'rejected' && each.reason.code === 'MODEL_NOT_READY' && each.reason.retryable,
      );
    }
    assert.deepEqual(scorer.state(), { state: 'failed', reason });
    source.loadFails = undefined;
    assert.equal(await scorer.withModel(same), source.made[0]);
    assert.equal(source.loads, 2);
    assert.deepEqual(logger.lines, ['ERROR MODEL_LOAD_FAILED', 'INFO MODEL_LOADED']);
  });

  it('lets a request go when its time is over, while the load goes on', async () => {
    const { source, scorer } = setUp();
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    const late = new AbortController();
    const waiting = scorer.withModel(same, { signal: late.signal });
    late.abort();
    await assert.rejects(waiting, { code: 'MODEL_NOT_READY' });
    gate.resolve();
    assert.equal(await scorer.withModel(same), source.made[0]);
    assert.equal(source.loads, 1);
  });

  it('loads it when it is asked to refresh, and says nothing more of a failure than its state does', async () => {
    const { source, scorer } = setUp();
    source.loadFails = new ScorerError('broken', { code: 'MODEL_INVALID' });
    await scorer.refresh();
    assert.equal(scorer.state().state, 'failed');
    source.loadFails = undefined;
    await scorer.refresh();
    assert.equal(scorer.state().state, 'ready');
    assert.deepEqual([source.loads, source.looks], [2, 0]);
  });
});

describe('a swap of the model', () => {
  it('leaves requests under way the model they began with, and releases it after the last of them', async () => {
    const { source, scorer, logger } = setUp();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const early = gates.map(({ promise }) => scorer.withModel((model) => promise.then(() => model)));
    await turn();
    source.published = 'b';
    await scorer.refresh();
    const [a, b] = source.made;
    assert.deepEqual(logger.lines, ['INFO MODEL_LOADED', 'INFO MODEL_LOADED']);
    assert.deepEqual(logger.fields?.['replaces'], a?.identity);
    assert.equal(await scorer.withModel(same), b);
    gates[0].resolve();
    assert.equal(await early[0], a);
    await turn();
    assert.deepEqual([a?.releases, b?.releases], [0, 0], 'one request still has the old model');
    gates[1].resolve();
    assert.equal(await early[1], a);
    await turn();
    assert.deepEqual([a?.releases, b?.releases], [1, 0]);
  });

  it('releases the old model at once when nobody uses it, and also when its last request failed', async () => {
    const { source, scorer } = setUp();
    await scorer.withModel(same);
    source.published = 'b';
    await scorer.refresh();
    await turn();
    assert.equal(source.made[0]?.releases, 1);
    const gate = Promise.withResolvers<void>();
    const failing = scorer.withModel(() => gate.promise);
    source.published = 'c';
    await scorer.refresh();
    gate.reject(new Error('of the request'));
    await assert.rejects(failing, { message: 'of the request' });
    await turn();
    assert.deepEqual(
      source.made.map(({ releases }) => releases),
      [1, 1, 0],
    );
  });

  it('never hands out a model that is released, whatever turn of the event loop it comes in', async () => {
    const { source, scorer } = setUp();
    await scorer.withModel(same);
    let stop = false;
    const request = async (): Promise<void> => {
      while (!stop) {
        await scorer.withModel(async (model) => {
          const made = source.made.find((each) => each === model);
          assert.equal(made?.releases, 0);
          await Promise.resolve();
          assert.equal(made?.releases, 0);
        });
      }
    };
    const requests = Array.from({ length: 20 }, request);
    for (let swap = 0; swap < 100; swap += 1) {
      source.published = `b${swap}`;
      await scorer.refresh();
    }
    stop = true;
    await Promise.all(requests);
    await turn();
    assert.deepEqual(
      source.made.map(({ releases }) => releases),
      [...Array.from({ length: 100 }, () => 1), 0],
    );
  });

  it('survives a model that can not be released, and says so', async () => {
    const { source, scorer, logger } = setUp();
    await scorer.withModel(same);
    const [a] = source.made;
    assert.ok(a);
    a.release = () => Promise.reject(new Error('stuck'));
    source.published = 'b';
    await scorer.refresh();
    await turn();
    assert.deepEqual(logger.lines.at(-1), 'WARNING MODEL_RELEASE_FAILED');
    assert.equal(await scorer.withModel(same), source.made[1]);
  });
});
