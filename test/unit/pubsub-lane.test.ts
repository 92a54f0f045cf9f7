import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLane } from '../../src/adapters/pubsub/lane.ts';
import type { ApiMessage } from '../../src/adapters/pubsub/publisher-client.ts';

type Request = PromiseWithResolvers<readonly string[]> & {
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
};

/** A lane whose requests the test answers. */
function setup(maxRequests: number) {
  const requests: Request[] = [];
  let idle = 0;
  const lane = createLane({
    maxRequests,
    send(messages, signal) {
      const request = { ...Promise.withResolvers<readonly string[]>(), texts: messages.map(toText), signal };
      signal.addEventListener('abort', () => request.reject(signal.reason));
      requests.push(request);
      return request.promise;
    },
    onIdle: () => {
      idle += 1;
    },
  });
  return {
    requests,
    idle: () => idle,
    publish: (texts: readonly string[], { bytes = 1, signal = undefined as AbortSignal | undefined } = {}) =>
      lane.publish(
        texts.map((text) => ({ message: toMessage(text), bytes })),
        signal,
      ),
  };
}

const toMessage = (text: string): ApiMessage => ({
  data: Buffer.from(text),
  attributes: {},
  orderingKey: '',
});
const toText = ({ data }: ApiMessage): string => Buffer.from(data).toString();
const turn = () => new Promise((resolve) => setImmediate(resolve));
const accept = (request: Request | undefined) =>
  request?.resolve(request.texts.map((text) => `id of ${text}`));

/** What the SDK throws. */
const refusal = (code: number) => Object.assign(new Error(`${code} REFUSED`), { code });

describe('a lane to a topic', () => {
  it('sends what one turn hands over in one request, and what comes meanwhile in the next', async () => {
    const { requests, publish, idle } = setup(1);
    const results = [publish(['a', 'b']), publish(['c'])];
    await turn();
    results.push(publish(['d']), publish(['e']));
    await turn();
    assert.deepEqual(
      requests.map(({ texts }) => texts),
      [['a', 'b', 'c']],
    );
    accept(requests[0]);
    await turn();
    accept(requests[1]);
    assert.deepEqual(await Promise.all(results), [
      ['id of a', 'id of b'],
      ['id of c'],
      ['id of d'],
      ['id of e'],
    ]);
    await turn();
    assert.equal(idle(), 1);
  });

  it('keeps requests to 1,000 messages and 9 MB', async () => {
    const many = setup(8);
    void many.publish(Array.from({ length: 2500 }, (_, index) => `${index}`));
    const large = setup(8);
    void large.publish(['a', 'b', 'c', 'd'], { bytes: 4_000_000 });
    const huge = setup(8);
    void huge.publish(['a', 'b'], { bytes: 10_000_000 });
    await turn();
    const lengths = ({ requests }: ReturnType<typeof setup>) => requests.map(({ texts }) => texts.length);
    assert.deepEqual(
      [lengths(many), lengths(large), lengths(huge)],
      [
        [1000, 1000, 500],
        [2, 2],
        [1, 1],
      ],
    );
  });

  it('takes along what waits behind a failure where order is kept, and takes new messages at once', async () => {
    const { requests, publish } = setup(1);
    const first = publish(['a']);
    await turn();
    const behind = publish(['b']);
    requests[0]?.reject(refusal(14));
    await assert.rejects(first, { code: 14 });
    await assert.rejects(behind, { code: 14 });
    const later = publish(['c']);
    await turn();
    accept(requests[1]);
    assert.deepEqual(await later, ['id of c']);
    assert.equal(requests.length, 2);
  });

  it('lets nothing but its own call fail by a message that Pub/Sub refuses', async () => {
    const { requests, publish } = setup(8);
    const results = [publish(['good']), publish(['bad']), publish(['fine'])];
    const settled = Promise.allSettled(results);
    await turn();
    requests[0]?.reject(refusal(3));
    for (const place of [1, 2, 3]) {
      await turn();
      if (requests[place]?.texts[0] === 'bad') requests[place].reject(refusal(3));
      else accept(requests[place]);
    }
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  it('sends nothing more of a call that was aborted, and everything of the others', async () => {
    const { requests, publish } = setup(1);
    const first = publish(['a']);
    await turn();
    const abort = new AbortController();
    const aborted = publish(['b'], { signal: abort.signal });
    const other = publish(['c']);
    abort.abort(new Error('late'));
    await assert.rejects(aborted, { message: 'late' });
    accept(requests[0]);
    await turn();
    accept(requests[1]);
    assert.deepEqual([await first, await other], [['id of a'], ['id of c']]);
    assert.deepEqual(requests[1]?.texts, ['c']);
  });

  it('gives a request up that nobody waits for, and is free at once for what comes then', async () => {
    const { requests, publish } = setup(1);
    const aborts = [new AbortController(), new AbortController()] as const;
    const given = aborts.map(({ signal }) => publish(['hangs'], { signal }));
    const settled = Promise.allSettled(given);
    await turn();
    aborts[0].abort(new Error('late'));
    assert.equal(requests[0]?.signal.aborted, false, 'the other call still waits for it');
    aborts[1].abort(new Error('late'));
    await turn();
    const again = publish(['again']);
    await turn();
    accept(requests[1]);
    assert.deepEqual(await again, ['id of again']);
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
  });
});
