// Blocks scored side by side come out as one pass has them, whatever their size and however the guesses fail.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { judgeRows } from '../../src/batch/judge.ts';
import { scoreBlock } from '../../src/batch/score-block.ts';
import { scoreInBlocks } from '../../src/batch/score-blocks.ts';
import { openCsv, toFirstPosition, toRangeTask } from '../../src/batch/score-csv.ts';
import { createCsvRows, ERRORS_HEADER } from '../../src/encode/csv.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { makeDocument } from '../fuzz/documents.ts';
import { runEngine } from '../fuzz/engine.ts';
import { createFuzzModels } from '../fuzz/fuzz-models.ts';
import type { Outcome } from '../fuzz/oracle.ts';
import { createRandom } from '../fuzz/random.ts';

const storage = createLocalStorage({ buckets: {} });
const models = createFuzzModels();
const WHOLE = { pieceBytes: () => 65_536, fillBytes: 262_144, batchRows: 2048 };

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scorestream-blocks-'));
});
after(() => rm(folder, { recursive: true }));

/** @param firstRows of a batch of this thread, which ends after it: the rest is for the blocks */
async function scoreCut(document: Buffer, model: Model, blockBytes: number): Promise<Outcome | string> {
  const path = join(folder, 'input.csv');
  await writeFile(path, document);
  const { uri, generation, size } = await storage.stat(path);
  const input = { uri, generation, size, signal: new AbortController().signal };
  const out: [Buffer[], Buffer[]] = [[], []];
  try {
    const { head, close } = await openCsv(storage.read(uri), model.schema.csv);
    await close();
    const task = toRangeTask(head, model);
    out[0].push(createCsvRows(head.header, model.output, false).header);
    out[1].push(Buffer.from(ERRORS_HEADER));
    const parts = { storage, task, input, tallied: 'input.csv' };
    const worker = { score: (block: Parameters<typeof scoreBlock>[1]) => scoreBlock(parts, block) };
    const seen = { rows: 0, tallied: 0 };
    const at = await scoreInBlocks(
      {
        ...task,
        from: toFirstPosition(head),
        judge: (now) => judgeRows({ ratio: 1 }, now, false),
      },
      input,
      {
        async write(rows, failed) {
          out[0].push(Buffer.from(rows));
          out[1].push(Buffer.from(failed));
        },
      },
      {
        ...{ storage, workers: [worker, worker, worker], blockBytes, firstRows: 0 },
        onBlock: ({ rows }) => {
          seen.rows += rows;
        },
        onTally: ({ scored, failed }) => {
          seen.tallied += scored + failed;
        },
      },
    );
    assert.equal(seen.rows, at.read);
    return {
      predictions: Buffer.concat(out[0]).toString('latin1'),
      errors: Buffer.concat(out[1]).toString('latin1'),
      rows: at.read,
      failed: at.failed,
    };
  } catch (error) {
    if (error instanceof ScorerError) return error.code;
    throw error;
  }
}

describe('blocks side by side', () => {
  it('come out as one pass over a document as people write them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0 }), fc.integer({ min: 1, max: 400 }), async (seed, blockBytes) => {
        const random = createRandom(seed);
        const { model, columns } = random.pick(models);
        const document = makeDocument(random, columns, random.below(60));
        assert.deepEqual(
          await scoreCut(document, model, blockBytes),
          await runEngine(document, model, WHOLE),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('come out as one pass over quotes and line ends that deceive the guess', async () => {
    const unit = fc.constantFrom('"', '"', '\n', '\n', ',', '1', '\r\n', '""');
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit, maxLength: 120 }),
        fc.integer({ min: 1, max: 30 }),
        async (rest, bytes) => {
          const model = models[4]?.model;
          assert.ok(model !== undefined);
          const document = Buffer.from(`n,x\n${rest}`);
          assert.deepEqual(await scoreCut(document, model, bytes), await runEngine(document, model, WHOLE));
        },
      ),
      { numRuns: 300 },
    );
  });
});
