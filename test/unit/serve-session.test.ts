// The far end of a thread: what it answers, and when nobody may end it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Frame } from '../../src/features/frame.ts';
import type { RunPlan, Session } from '../../src/model/session.ts';
import { closeGate, createRunGate, enterGate, leaveGate } from '../../src/serving/run-gate.ts';
import { serveSession } from '../../src/serving/serve-session.ts';
import type { SessionAnswer, SessionRequest } from '../../src/serving/session-messages.ts';

const plan: RunPlan = { inputs: [], outputs: [], oneByOne: false };
const frame: Frame = { rows: 1, data: [] };
const GRAPH = { inputs: [{ name: 'x', type: 'float32', shape: [1] }], outputs: [] } as const;

let near: MessagePort;
let done: string[];
let gate: ReturnType<typeof createRunGate>;
let model: Uint8Array | undefined;

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  [near, done, gate, model] = [port1, [], createRunGate(), undefined];
  const session: Session = {
    ...GRAPH,
    async run() {
      done.push(`run, ${whereabouts()}`);
      return [];
    },
    async release() {
      done.push(`release, ${whereabouts()}`);
    },
  };
  serveSession(port2, async (bytes) => {
    model = bytes;
    done.push(`open ${[...bytes]}, ${whereabouts()}`);
    return session;
  });
});

afterEach(() => near.close());

/** Whether this thread, which is the other one too, could be ended now. */
function whereabouts(): string {
  return closeGate(gate, 0) ? 'outside' : 'inside';
}

async function ask(request: SessionRequest): Promise<SessionAnswer> {
  near.postMessage(request);
  const [answer] = (await once(near, 'message')) as [SessionAnswer];
  return answer;
}

describe('a served session', () => {
  it('opens, runs and is released inside the gate, and frees the bytes of the model once it is open', async () => {
    const opened = await ask({ kind: 'open', model: Uint8Array.of(1, 2), gate });
    assert.deepEqual(opened, { kind: 'opened', ...GRAPH });
    assert.equal(model?.length, 0);
    assert.deepEqual(await ask({ kind: 'run', frame, plan }), { kind: 'ran', tensors: [] });
    near.postMessage({ kind: 'end' } satisfies SessionRequest);
    await once(near, 'close');
    assert.deepEqual(done, ['open 1,2, inside', 'run, inside', 'release, inside']);
    assert.equal(whereabouts(), 'outside');
  });

  it('that was never opened refuses to run, and ends all the same', async () => {
    const answer = await ask({ kind: 'run', frame, plan });
    assert.equal(answer.kind === 'failed' && answer.error.code, 'INTERNAL');
    near.postMessage({ kind: 'end' } satisfies SessionRequest);
    await once(near, 'close');
    assert.deepEqual(done, []);
  });

  it('does nothing any more behind a closed gate', async () => {
    await ask({ kind: 'open', model: Uint8Array.of(1), gate });
    assert.equal(closeGate(gate, 0), true);
    near.postMessage({ kind: 'run', frame, plan } satisfies SessionRequest);
    near.postMessage({
      kind: 'open',
      model: Uint8Array.of(2),
      gate: createRunGate(),
    } satisfies SessionRequest);
    await once(near, 'message'); // the second request's; the first has no answer
    assert.deepEqual(done, ['open 1, inside', 'open 2, outside']);
  });
});

describe('a gate', () => {
  it('lets in one at a time, and nobody once it is closed', () => {
    const own = createRunGate();
    assert.deepEqual([enterGate(own), closeGate(own, 0), closeGate(own, 1)], [true, false, false]);
    leaveGate(own);
    assert.deepEqual([closeGate(own, 0), closeGate(own, 0), enterGate(own)], [true, true, false]);
  });
});
