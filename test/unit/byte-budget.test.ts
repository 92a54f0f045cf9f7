// Bytes that are held at once: who waits, in which order, and who is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createByteBudget, freeBytes } from '../../src/byte-budget.ts';
import { ScorerError } from '../../src/errors.ts';
import { turn } from './fake-models.ts';

/** Takes bytes and tells, after a turn, who has got theirs. */
function createTakers(maxBytes: number, maxWaiting?: number) {
  const budget = createByteBudget(maxBytes, maxWaiting);
  const got: string[] = [];
  const take = async (name: string, bytes: number, signal?: AbortSignal) => {
    const lease = await budget.take(bytes, signal);
    got.push(name);
    return lease;
  };
  const soFar = async () => {
    await turn();
    return got.join(' ');
  };
  return { take, soFar };
}

describe('a byte budget', () => {
  it('lets callers wait in their order, a small one behind a large one too', async () => {
    const { take, soFar } = createTakers(10);
    const first = await take('first', 6);
    const large = take('large', 8);
    const small = take('small', 1);
    assert.equal(await soFar(), 'first');
    first.release();
    assert.equal(await soFar(), 'first large small');
    for (const lease of await Promise.all([large, small])) lease.release();
    await take('all', 10);
  });

  it('gives back what a lease shrinks by, and the rest once', async () => {
    const { take, soFar } = createTakers(10);
    const first = await take('first', 10);
    void take('four', 4);
    first.shrink(6);
    assert.equal(await soFar(), 'first four');
    first.shrink(9);
    void take('one', 1);
    assert.equal(await soFar(), 'first four');
    first.release();
    first.release();
    assert.equal(await soFar(), 'first four one');
    void take('five', 5);
    void take('more', 1);
    assert.equal(await soFar(), 'first four one five');
  });

  it('gives all of itself to what is larger, alone', async () => {
    const { take, soFar } = createTakers(10);
    const first = await take('first', 1);
    const huge = take('huge', 1000);
    assert.equal(await soFar(), 'first');
    first.release();
    const lease = await huge;
    void take('next', 1);
    assert.equal(await soFar(), 'first huge');
    lease.release();
    assert.equal(await soFar(), 'first huge next');
  });

  it('refuses one more than may wait', async () => {
    const { take } = createTakers(1, 1);
    await take('first', 1);
    void take('waits', 1);
    await assert.rejects(
      take('too many', 1),
      (error) => error instanceof ScorerError && error.code === 'OVERLOADED' && error.retryable,
    );
  });

  it('lets those behind a caller go on that gives up', async () => {
    const { take, soFar } = createTakers(10);
    const first = await take('first', 9);
    const late = new AbortController();
    const gaveUp = assert.rejects(take('late', 10, late.signal), { message: 'late' });
    const small = take('small', 1);
    assert.equal(await soFar(), 'first');
    late.abort(new Error('late'));
    await gaveUp;
    assert.equal(await soFar(), 'first small');
    first.release();
    (await small).release();
    await take('all', 10);
    await assert.rejects(take('aborted before', 1, late.signal), { message: 'late' });
  });
});

describe('bytes that are freed', () => {
  it('are gone', () => {
    const bytes = Buffer.allocUnsafeSlow(100);
    freeBytes(bytes);
    assert.deepEqual([bytes.length, bytes.buffer.byteLength], [0, 0]);
    freeBytes(bytes);
  });

  it('stay where they are a part of others', () => {
    const all = Buffer.alloc(100, 1);
    freeBytes(all.subarray(1));
    assert.equal(all.length, 100);
  });
});
