// The models that jobs pin: told apart by the digest of their manifest, one at a time beside the one that is served.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import { createScorer } from '../../src/serving/scorer.ts';
import { createFakeClock, createFakeLogger, createFakeSource, manifestOf, turn } from './fake-models.ts';

async function setUp() {
  const [source, logger] = [createFakeSource('served'), createFakeLogger()];
  const scorer = createScorer(source, { logger, clock: createFakeClock(), refreshMs: 0 });
  await scorer.withModel(async () => undefined);
  logger.lines.length = 0;
  /** Uses a model until `until` settles; gives its name. */
  const use = (name: string, until: Promise<unknown> = Promise.resolve(), signal?: AbortSignal) =>
    scorer.withModel(({ identity }) => until.then(() => identity.name), {
      manifest: manifestOf(name),
      ...(signal && { signal }),
    });
  const made = (): string[] => source.made.map(({ name, releases }) => `${name} ${releases}`);
  return { source, scorer, logger, use, made };
}

describe('a pinned model', () => {
  it('that is the one served is not loaded once more', async () => {
    const { source, use } = await setUp();
    assert.equal(await use('served'), 'served');
    assert.equal(source.loads, 1);
  });

  it('is loaded once for all who ask for it at once, and kept for those who come later', async () => {
    const { use, made, logger } = await setUp();
    const names = await Promise.all(Array.from({ length: 20 }, () => use('x')));
    assert.deepEqual(new Set(names), new Set(['x']));
    assert.equal(await use('x'), 'x');
    assert.deepEqual([made(), logger.lines], [['served 0', 'x 0'], ['INFO MODEL_LOADED']]);
    assert.equal(logger.fields?.['pinned'], true);
  });

  it('makes place for another as soon as nobody uses it', async () => {
    const { use, made } = await setUp();
    await use('x');
    assert.equal(await use('y'), 'y');
    assert.deepEqual(made(), ['served 0', 'x 1', 'y 0']);
  });

  it('makes one for another wait while it is in use', async () => {
    const { use, made } = await setUp();
    const gate = Promise.withResolvers<void>();
    const first = [use('x', gate.promise), use('x')];
    const second = [use('y'), use('z')];
    await turn();
    assert.deepEqual(made(), ['served 0', 'x 0']);
    gate.resolve();
    assert.deepEqual(await Promise.all([...first, ...second]), ['x', 'x', 'y', 'z']);
    await turn();
    assert.deepEqual(made(), ['served 0', 'x 1', 'y 1', 'z 0']);
  });

  it('that stays in use longer than another can wait makes that one come again', async () => {
    const { use, made } = await setUp();
    const gate = Promise.withResolvers<void>();
    const first = use('x', gate.promise);
    await turn();
    const late = new AbortController();
    const refused = use('y', Promise.resolve(), late.signal);
    late.abort();
    await assert.rejects(
      refused,
      (error) => error instanceof ScorerError && error.code === 'MODEL_NOT_READY' && error.retryable,
    );
    gate.resolve();
    assert.equal(await first, 'x');
    assert.deepEqual(made(), ['served 0', 'x 0']);
  });

  it('that can not be loaded fails all who wait for it, with the reason, and is tried again', async () => {
    const { source, use, logger } = await setUp();
    source.loadFails = new ScorerError('There is no model-0.onnx.', { code: 'MODEL_INVALID' });
    for (const each of await Promise.allSettled([use('x'), use('x')])) {
      assert.ok(each.status === 'rejected' && each.reason.code === 'MODEL_NOT_READY');
      assert.match(
        each.reason.message,
        /^The model [0-9a-f]{12} that a job pins .*: There is no model-0\.onnx\.$/,
      );
    }
    assert.deepEqual(logger.lines, ['ERROR MODEL_LOAD_FAILED']);
    source.loadFails = undefined;
    assert.equal(await use('x'), 'x');
  });

  it('that nobody waits for any more is loaded all the same, and kept within the bound', async () => {
    const { source, use, made } = await setUp();
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    const late = new AbortController();
    const left = use('x', Promise.resolve(), late.signal);
    await turn();
    late.abort();
    await assert.rejects(left, { code: 'MODEL_NOT_READY' });
    const other = use('y');
    await turn();
    assert.equal(source.loads, 2, 'the load of y waits for that of x');
    gate.resolve();
    assert.equal(await other, 'y');
    assert.deepEqual(made(), ['served 0', 'x 1', 'y 0']);
  });

  it('that nobody waits for any more and that can not be loaded makes place all the same', async () => {
    const { source, use, made } = await setUp();
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    source.loadFails = new ScorerError('no storage', { code: 'STORAGE_FAILED' });
    const late = new AbortController();
    const left = use('x', Promise.resolve(), late.signal);
    await turn();
    late.abort();
    await assert.rejects(left, { code: 'MODEL_NOT_READY' });
    const other = use('y');
    await turn();
    source.gate = gate.promise.then(() => {
      source.loadFails = undefined;
    });
    gate.resolve();
    assert.equal(await other, 'y');
    assert.deepEqual(made(), ['served 0', 'y 0']);
  });

  it('is released when it comes to be served, or after its last use then', async () => {
    const { source, scorer, use, made } = await setUp();
    await use('x');
    source.published = 'x';
    await scorer.refresh();
    await turn();
    assert.deepEqual(made(), ['served 1', 'x 1', 'x 0']);
    const gate = Promise.withResolvers<void>();
    const long = use('y', gate.promise);
    await turn();
    source.published = 'y';
    await scorer.refresh();
    await turn();
    assert.deepEqual(made().slice(2), ['x 1', 'y 0', 'y 0']);
    gate.resolve();
    assert.equal(await long, 'y');
    await turn();
    assert.deepEqual(made().slice(3), ['y 1', 'y 0']);
  });

  it('serves jobs while the model that is published can not be loaded', async () => {
    const source = createFakeSource('bad');
    const scorer = createScorer(source, {
      logger: createFakeLogger(),
      clock: createFakeClock(),
      refreshMs: 60_000,
    });
    source.loadFails = new ScorerError('broken', { code: 'MODEL_INVALID' });
    await assert.rejects(scorer.withModel(async () => undefined));
    source.loadFails = undefined;
    const name = await scorer.withModel(async ({ identity }) => identity.name, { manifest: manifestOf('x') });
    assert.deepEqual([name, source.loads], ['x', 2]);
  });
});
