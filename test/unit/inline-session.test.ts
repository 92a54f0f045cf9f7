// Runs in the thread of the event loop: one at a time, and the loop turns between them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Frame } from '../../src/features/frame.ts';
import { createSession, type RawTensor, type RunPlan, type Session } from '../../src/model/session.ts';
import { createInlineSession } from '../../src/serving/inline-session.ts';

const plan: RunPlan = { inputs: [], outputs: [], oneByOne: false };
const frameOf = (rows: number): Frame => ({ rows, data: [] });

/** A session whose runs end when they are told to. */
function heldSession() {
  const started: { readonly rows: number; readonly end: PromiseWithResolvers<readonly RawTensor[]> }[] = [];
  let isReleased = false;
  const session: Session = {
    inputs: [{ name: 'x', type: 'float32', shape: ['N', 1] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['N', 1] }],
    run({ rows }) {
      const end = Promise.withResolvers<readonly RawTensor[]>();
      started.push({ rows, end });
      return end.promise;
    },
    async release() {
      isReleased = true;
    },
  };
  return { session, started, rows: () => started.map(({ rows }) => rows), isReleased: () => isReleased };
}

describe('an inline session', () => {
  it('starts a run at once when there is none, and the others in turn', async () => {
    const { session, started, rows } = heldSession();
    const inline = createInlineSession(session, 0);
    const runs = [2, 4, 6].map((count) => inline.run(frameOf(count), plan));
    assert.deepEqual(rows(), [2]);
    for (const [index, run] of runs.entries()) {
      const tensor: RawTensor = { type: 'float32', dims: [index], data: [] };
      started[index]?.end.resolve([tensor]);
      assert.deepEqual(await run, [tensor]);
      await turn();
      assert.deepEqual(rows(), [2, 4, 6].slice(0, index + 2));
    }
    void inline.run(frameOf(8), plan);
    assert.deepEqual(rows(), [2, 4, 6, 8], 'idle again: no wait');
  });

  it('fails the run that failed and no other', async () => {
    const { session, started } = heldSession();
    const inline = createInlineSession(session, 0);
    const runs = Promise.allSettled([2, 4].map((count) => inline.run(frameOf(count), plan)));
    const failure = new Error('this one');
    started[0]?.end.reject(failure);
    await turn();
    started[1]?.end.resolve([]);
    assert.deepEqual(await runs, [
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: [] },
    ]);
  });

  it('is released after the runs that wait, and at once when there are none', async () => {
    for (const waiting of [0, 2]) {
      const { session, started, isReleased } = heldSession();
      const inline = createInlineSession(session, 0);
      const runs = Array.from({ length: waiting }, () => inline.run(frameOf(2), plan));
      const released = inline.release();
      for (const [index, run] of runs.entries()) {
        assert.equal(isReleased(), false);
        started[index]?.end.resolve([]);
        await run;
        await turn();
      }
      await released;
      assert.equal(isReleased(), true);
    }
  });

  it('shows the inputs and outputs of its session', () => {
    const { session } = heldSession();
    const { inputs, outputs } = createInlineSession(session, 0);
    assert.deepEqual({ inputs, outputs }, { inputs: session.inputs, outputs: session.outputs });
  });

  it('lets the event loop turn between two runs of the runtime', async () => {
    const path = join(import.meta.dirname, '../../model-files/flight-delay/model.onnx');
    const session = await createSession(await readFile(path));
    const inline = createInlineSession(session, 0);
    const real: RunPlan = {
      inputs: [{ name: session.inputs[0]?.name ?? '', type: 'float32', width: 37, rank: 2 }],
      outputs: session.outputs.map(({ name }) => name),
      oneByOne: false,
    };
    let turns = 0;
    const count = (): void => {
      turns += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const at = await Promise.all(
      Array.from({ length: 8 }, async () => {
        await inline.run({ rows: 2, data: [new Float32Array(2 * 37)] }, real);
        return turns;
      }),
    );
    clearImmediate(counting);
    assert.equal(new Set(at).size, at.length, `runs ended in turns ${at.join(', ')}`);
    await inline.release();
  });
});
