// A file that is scored into a folder, stopped at every place, and gone on with.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openPartialOutput } from '../../src/adapters/local/partial-output.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import type { Job } from '../../src/batch/job.ts';
import { scoreIntoFolder } from '../../src/batch/score-folder.ts';
import { createRowScorer, type ScoreRows } from '../../src/batch/score-rows.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import type { OpenPartialOutput } from '../../src/ports/partial-output.ts';
import { makeDocument } from '../fuzz/documents.ts';
import { createFuzzModels } from '../fuzz/fuzz-models.ts';
import { createRandom } from '../fuzz/random.ts';

const storage = createLocalStorage({ buckets: {} });
const [{ model, columns }] = createFuzzModels() as [ReturnType<typeof createFuzzModels>[number]]; // there are some

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-folder-'));
});
after(() => rm(dir, { recursive: true }));

/** Small batches, so that there are many places to stop at; a checkpoint after each of them. */
const scoreRows: ScoreRows = (task, input, sink) =>
  createRowScorer(storage, () => undefined)({ ...task, fillBytes: 300, batchRows: 3, flushBytes: 1 }, input, {
    write: (rows, failed, at) => sink.write(rows, failed, at),
  });

/** A clock by which a second has passed whenever it is asked. */
function createHastyClock() {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  return {
    nowMs(): number {
      nowMs += 1000;
      return nowMs;
    },
  };
}

class Killed extends Error {}

/** Outputs of a process that is gone at the nth step: nothing reaches them any more, not even their end. */
function killedAt(step: number): { readonly open: OpenPartialOutput; readonly steps: () => number } {
  let steps = 0;
  const next = (): void => {
    steps += 1;
    if (steps >= step) throw new Killed();
  };
  return {
    steps: () => steps,
    async open(folder) {
      const output = await openPartialOutput(folder);
      return {
        ...output,
        async append(rows, failed) {
          next();
          // half of it may be there
          if (steps === step - 1) await output.append(rows.subarray(0, rows.length >> 1), new Uint8Array(0));
          if (steps === step - 1) next();
          await output.append(rows, failed);
        },
        async save(note) {
          next();
          await output.save(note);
        },
        async publish() {
          next();
          return output.publish();
        },
      };
    },
  };
}

function run(
  input: string,
  folder: string,
  open: OpenPartialOutput = openPartialOutput,
  other: {
    readonly model?: Model;
    readonly signal?: AbortSignal;
    readonly onResume?: () => void;
    readonly fits?: boolean;
  } = {},
): Promise<Job> {
  const { fits = true } = other;
  const notes = { keep: () => ({ some: 'note' }), fits: () => fits, resume: () => other.onResume?.() };
  return scoreIntoFolder(
    {
      ...{ storage, clock: createHastyClock(), model: other.model ?? model, modelUri: 'models/fuzz' },
      ...{ openOutput: open, scoreRows },
    },
    { input, folder, errorLimit: {}, signal: other.signal ?? new AbortController().signal, notes },
  );
}

async function resultsIn(folder: string): Promise<readonly [string, string, string[]]> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'latin1');
  return [await read('predictions.csv'), await read('errors.csv'), (await readdir(folder)).sort()];
}

for (const kind of ['plain', 'gzip'] as const) {
  describe(`a ${kind} file into a folder`, () => {
    let input: string;
    let whole: Awaited<ReturnType<typeof resultsIn>>;
    before(async () => {
      await mkdir(join(dir, kind));
      input = join(dir, kind, kind === 'gzip' ? 'in.csv.gz' : 'in.csv');
      const document = makeDocument(createRandom(7), columns, 60);
      await writeFile(input, kind === 'gzip' ? gzipSync(document) : document);
      await run(input, join(dir, kind, 'whole'));
      whole = await resultsIn(join(dir, kind, 'whole'));
    });

    it('gives its results and nothing else', () => {
      assert.deepEqual(whole[2], ['errors.csv', 'job.json', 'predictions.csv']);
    });

    it('comes out the same wherever its process is killed', async () => {
      const { open, steps } = killedAt(Number.POSITIVE_INFINITY);
      await run(input, join(dir, kind, 'count'), open);
      const all = steps();
      assert.ok(all > 20, `${all} steps`);
      let resumed = 0;
      for (let step = 1; step <= all; step += 1) {
        const folder = join(dir, kind, `killed-${step}`);
        await assert.rejects(run(input, folder, killedAt(step).open), Killed);
        await run(input, folder, openPartialOutput, { onResume: () => (resumed += 1) });
        assert.deepEqual(await resultsIn(folder), whole, `killed at step ${step}`);
      }
      assert.ok(resumed > all / 2, `${resumed} of ${all} went on from a checkpoint`);
    });

    it('goes on after it is stopped, in the middle of every batch', async () => {
      const folder = join(dir, kind, 'stopped');
      let stops = 0;
      for (let isDone = false; !isDone; stops += 1) {
        const stop = new AbortController();
        let writes = 0;
        const counting: OpenPartialOutput = async (into) => {
          const output = await openPartialOutput(into);
          return {
            ...output,
            async append(rows, failed) {
              await output.append(rows, failed);
              writes += 1;
              if (writes === 2) stop.abort(new Error('Ctrl-C'));
            },
          };
        };
        isDone = await run(input, folder, counting, { signal: stop.signal }).then(
          () => true,
          () => false,
        );
        assert.ok(stops < 200);
      }
      assert.deepEqual(await resultsIn(folder), whole);
    });

    for (const [why, change] of [
      ['the file', async () => writeFile(input, kind === 'gzip' ? gzipSync('n\n') : 'n\n')],
      ['nothing but the results', async (folder: string) => rm(join(folder, 'predictions.csv.partial'))],
      [
        'the checkpoint, to no JSON,',
        async (folder: string) => writeFile(join(folder, 'checkpoint.json'), '{'),
      ],
      [
        'the place in the checkpoint',
        async (folder: string) => {
          const path = join(folder, 'checkpoint.json');
          const text = await readFile(path, 'utf8');
          await writeFile(path, text.replace(/"offset":\d+/, '"offset":123456'));
        },
      ],
    ] as const) {
      it(`begins again when ${why} changed meanwhile`, async () => {
        const before = await readFile(input);
        const folder = join(dir, kind, `changed ${why}`);
        await assert.rejects(run(input, folder, killedAt(15).open), Killed);
        await change(folder);
        let resumed = 0;
        const job = await run(input, folder, openPartialOutput, { onResume: () => (resumed += 1) });
        assert.equal(resumed, 0);
        if (why === 'the file') assert.equal(job.error?.code, 'MISSING_COLUMN');
        else assert.deepEqual(await resultsIn(folder), whole);
        await writeFile(input, before);
      });
    }

    it('begins again with another model', async () => {
      const folder = join(dir, kind, 'other model');
      await assert.rejects(run(input, folder, killedAt(15).open), Killed);
      const identity = { ...model.identity, digest: 'ffffffffffff' };
      let resumed = 0;
      await run(input, folder, openPartialOutput, {
        model: { ...model, identity },
        onResume: () => (resumed += 1),
      });
      assert.equal(resumed, 0);
      assert.deepEqual(await resultsIn(folder), whole);
    });

    it('begins again when what was kept is not enough', async () => {
      const folder = join(dir, kind, 'not enough');
      await assert.rejects(run(input, folder, killedAt(15).open), Killed);
      let resumed = 0;
      await run(input, folder, openPartialOutput, { fits: false, onResume: () => (resumed += 1) });
      assert.equal(resumed, 0);
      assert.deepEqual(await resultsIn(folder), whole);
    });

    it('gets no verdict when the model is swapped meanwhile', async () => {
      const folder = join(dir, kind, 'swapped');
      const swapped = new ScorerError('Another model was published.', { code: 'OUTPUT_CONFLICT' });
      const open: OpenPartialOutput = async (into) => ({
        ...(await openPartialOutput(into)),
        async append() {
          throw swapped;
        },
      });
      await assert.rejects(run(input, folder, open), swapped);
      assert.ok(!(await readdir(folder)).includes('job.json'));
    });

    it('that fails as a whole leaves its verdict alone', async () => {
      const bad = join(dir, kind, 'bad.csv');
      await writeFile(bad, 'm\n1\n');
      const folder = join(dir, kind, 'bad');
      const job = await run(bad, folder);
      assert.equal(job.state, 'failed');
      assert.deepEqual(await readdir(folder), ['job.json']);
    });
  });
}
