// Callers that share a run of the model get what they would get alone, and only their own failures.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Frame } from '../../src/features/frame.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import type { Model } from '../../src/model/model.ts';
import { openModel } from '../../src/model/open.ts';
import { toMembers } from '../../src/model/predictions.ts';
import type { RawTensor, Session } from '../../src/model/session.ts';
import { createStopwatch } from '../../src/model/stopwatch.ts';
import { createInlineSession } from '../../src/serving/inline-session.ts';
import { createRandom } from '../mutations.ts';

const shipped = join(import.meta.dirname, '../../model-files/flight-delay');
const WIDTH = 37;

/** What its rows begin with when their label is to be one that no JSON number can hold. */
const STRANGE = 99;

describe('callers that share a run', () => {
  let model: Model;
  const ran: number[] = [];
  before(async () => {
    const manifestBytes = await readFile(join(shipped, 'manifest.json'));
    const manifest = await parseManifest(manifestBytes);
    const bytes = await readFile(join(shipped, manifest.model.file));
    const identity = { name: 'shared', version: '1', digest: '0' };
    model = await openModel(
      { identity, manifestBytes, manifest, model: bytes, golden: undefined, data: new Map() },
      {
        watch: createStopwatch(),
        place: async ({ session }) => ({
          session: createInlineSession(strange(session), 512),
          runRows: 512,
          parallelRuns: 1,
          rowMs: 0,
          takesFrames: false,
        }),
      },
    );
  });
  after(() => model.release());

  /** The session, with labels of its own for rows that ask for them. */
  function strange(session: Session): Session {
    return {
      ...session,
      async run(frame, plan) {
        ran.push(frame.rows);
        const tensors = await session.run(frame, plan);
        const [features] = frame.data as [Float32Array];
        for (let row = 0; row < frame.rows; row += 1) {
          if (features[row * WIDTH] !== STRANGE) continue;
          const { data } = tensors.find(({ type }) => type === 'int64') as RawTensor;
          (data as BigInt64Array)[row] = 2n ** 60n;
        }
        return tensors;
      },
    };
  }

  const random = createRandom(5);
  const frameOf = (rows: number): Frame => ({
    rows,
    data: [Float32Array.from({ length: rows * WIDTH }, () => random(1000) / 999)],
  });
  const outcome = async (run: ReturnType<Model['run']>) => {
    const predictions = await run;
    assert.equal(predictions.labels.length, predictions.rows);
    return Array.from({ length: predictions.rows }, (_, row) => toMembers(predictions, row));
  };

  it('each get their rows, with the bits that they get alone', async () => {
    const frames = [1, 1, 2, 3, 1, 64, 5].map(frameOf);
    ran.length = 0;
    const together = await Promise.all(frames.map((frame) => outcome(model.run(frame))));
    assert.deepEqual(ran, [2, 76]);
    for (const [index, frame] of frames.entries()) {
      assert.deepEqual(together[index], await outcome(model.run(frame)));
    }
  });

  it('don’t fail with the one whose output cannot be read', async () => {
    const frames = [1, 1, 1, 2, 1].map(frameOf);
    for (const index of [0, 2]) (frames[index]?.data[0] as Float32Array)[0] = STRANGE;
    ran.length = 0;
    const settled = await Promise.allSettled(frames.map((frame) => outcome(model.run(frame))));
    assert.deepEqual(ran, [2, 6], 'they did share a run');
    for (const [index, result] of settled.entries()) {
      if (index % 2 === 0 && index < 4) {
        assert.ok(result.status === 'rejected');
        assert.match(String(result.reason), /label 1152921504606846976 is no number/);
      } else {
        assert.ok(result.status === 'fulfilled');
        assert.deepEqual(result.value, await outcome(model.run(frames[index] as Frame)));
      }
    }
  });
});
