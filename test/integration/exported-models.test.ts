// Models of many libraries score as their own libraries do, by manifests that `model init` makes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atProcessExit } from '../../src/adapters/system/process-exit.ts';
import { predictInstances } from '../../src/model/golden.ts';
import type { Model } from '../../src/model/model.ts';
import type { PlaceModel } from '../../src/model/open.ts';
import { type Predictions, toMembers } from '../../src/model/predictions.ts';
import { createSessionPool } from '../../src/serving/session-pool.ts';
import { EXPORTED_MODELS, type ExportedModel, initExported, openExported } from '../exported-models.ts';

/** Their kernels compute several rows at once, and the last ones otherwise (`model check` reports it). */
const DEPENDENT_ON_BATCHING: ReadonlySet<string> = new Set(['gaussian-nb']);

function assertAsExpected({ expected, tolerance, instances }: ExportedModel, predictions: Predictions): void {
  assert.equal(predictions.rows, instances.length);
  instances.forEach((_, row) => {
    const got = toMembers(predictions, row);
    if (expected.labels !== undefined) assert.equal(got.label, expected.labels[row], `label of row ${row}`);
    assertNear(got.probabilities, expected.probabilities?.[row], tolerance, row);
    assertNear(got.scores ?? got.score, expected.scores?.[row], tolerance, row);
    assertNear(got.values ?? got.value, expected.values?.[row], tolerance, row);
  });
}

function assertNear(got: unknown, expected: unknown, tolerance: number, row: number): void {
  if (expected === undefined) return;
  const [actual, wanted] = [[got].flat() as unknown[], [expected].flat() as number[]];
  assert.equal(actual.length, wanted.length, `row ${row}`);
  wanted.forEach((number, index) => {
    const off = Math.abs(Number(actual[index]) - number);
    assert.ok(
      actual[index] !== null && off <= tolerance * Math.max(1, Math.abs(number)),
      `row ${row}: got ${actual[index]}, expected ${number}`,
    );
  });
}

function membersOf(predictions: Predictions): readonly unknown[] {
  return Array.from({ length: predictions.rows }, (_, row) => toMembers(predictions, row));
}

async function predictInPieces(
  model: Model,
  instances: readonly unknown[],
  size: number,
): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (let start = 0; start < instances.length; start += size) {
    all.push(...membersOf(await predictInstances(model, instances.slice(start, start + size))));
  }
  return all;
}

describe('an exported model', () => {
  it('is one of at least 24, of which people must explain at most six', () => {
    assert.ok(EXPORTED_MODELS.length >= 24);
    const explained = EXPORTED_MODELS.filter(({ manifest }) => Object.keys(manifest).length > 0);
    assert.ok(explained.length <= 6, explained.map(({ name }) => name).join(', '));
  });

  for (const exported of EXPORTED_MODELS) {
    it(`${exported.name} scores as ${exported.library} does`, async () => {
      const document = await initExported(exported);
      assert.equal(document.task, exported.task);
      if (exported.expected.classes !== undefined && document.outputs.classes !== undefined) {
        assert.deepEqual(document.outputs.classes, exported.expected.classes);
      }
      const model = await openExported(exported, document);
      try {
        assertAsExpected(exported, await predictInstances(model, exported.instances));
      } finally {
        await model.release();
      }
    });

    it(`${exported.name} gives a row the same bits alone, in pairs, among 999 and in a worker`, async () => {
      const document = await initExported(exported);
      const model = await openExported(exported, document);
      const elsewhere = await openExported(exported, document, placeInWorker);
      try {
        const { instances } = exported;
        const many = Array.from({ length: 999 }, (_, index) => instances[index % instances.length]);
        const among = membersOf(await predictInstances(model, many)).slice(0, instances.length);
        const alone = await predictInPieces(model, instances, 1);
        const pairs = await predictInPieces(model, instances, 2);
        const same = isSame(alone, among) && isSame(pairs, among);
        assert.equal(same, !DEPENDENT_ON_BATCHING.has(exported.name));
        const inWorker = membersOf(await predictInstances(elsewhere, many)).slice(0, instances.length);
        assert.ok(isSame(inWorker, among), 'a worker gives other bits');
      } finally {
        await Promise.all([model.release(), elsewhere.release()]);
      }
    });
  }
});

/** As expensive models are placed: the same runs, in another thread. */
const placeInWorker: PlaceModel = async ({ session, readModel }) => {
  await session.release();
  const parts = { workers: 1, logger: { log: () => undefined }, atExit: atProcessExit };
  return {
    session: await createSessionPool(readModel, parts),
    runRows: 2048,
    parallelRuns: 1,
    rowMs: 0,
    takesFrames: true,
  };
};

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
