// The model of a process: loaded once, tried again after a failure.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { createScorer } from '../../src/serving/scorer.ts';

const logger = { log: () => undefined };
const model: Model = {
  identity: { name: 'm', version: '1', digest: '0'.repeat(12) },
  manifest: new Uint8Array(),
  schema: { width: 1, features: ['a'], featureIndex: new Map([['a', 0]]), columns: [] },
  classes: [0, 1],
  run: () => Promise.reject(new Error('not run here')),
  release: () => Promise.resolve(),
};

/** Hands out the model itself, to tell which one it was. */
const same = async (model: Model): Promise<Model> => model;

describe('a scorer', () => {
  it('loads once for a hundred first requests at once', async () => {
    let loads = 0;
    const scorer = createScorer(async () => {
      loads += 1;
      return model;
    }, logger);
    const models = await Promise.all(Array.from({ length: 100 }, () => scorer.withModel(same)));
    assert.deepEqual([loads, new Set(models).size, scorer.state().state], [1, 1, 'ready']);
  });

  it('forgets a load that failed, keeps its reason, and tries again at the next request', async () => {
    let loads = 0;
    const reason = new ScorerError('broken', { code: 'MODEL_INVALID' });
    const scorer = createScorer(async () => {
      loads += 1;
      if (loads === 1) throw reason;
      return model;
    }, logger);
    const refused = await Promise.allSettled([scorer.withModel(same), scorer.withModel(same)]);
    for (const each of refused) {
      assert.ok(
        each.status === 'rejected' && each.reason.code === 'MODEL_NOT_READY' && each.reason.retryable,
      );
    }
    assert.deepEqual(scorer.state(), { state: 'failed', reason });
    assert.equal(await scorer.withModel(same), model);
    assert.equal(loads, 2);
  });

  it('lets a request go when its time is over, while the load goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<Model>();
    const scorer = createScorer(() => promise, logger);
    const late = new AbortController();
    const waiting = scorer.withModel(same, { signal: late.signal });
    late.abort();
    await assert.rejects(waiting, { code: 'MODEL_NOT_READY' });
    resolve(model);
    assert.equal(await scorer.withModel(same), model);
  });
});
