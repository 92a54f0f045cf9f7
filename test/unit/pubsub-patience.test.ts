import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPatience } from '../../src/adapters/pubsub/patience.ts';

/** What the SDK throws. */
const failure = (code: number) => Object.assign(new Error(`${code} FAILED`), { code });
const hang = () => new Promise<never>(() => undefined);

describe('a request to Pub/Sub', () => {
  it('is tried again after what may pass', async () => {
    const codes = [14, 4];
    const answer = await withPatience({ tryMs: 1000, totalMs: 10_000 }, async () => {
      const code = codes.pop();
      if (code !== undefined) throw failure(code);
      return 'done';
    });
    assert.equal(answer, 'done');
  });

  it('is not tried again after what will not', async () => {
    let tries = 0;
    const asked = withPatience({ tryMs: 1000, totalMs: 10_000 }, async () => {
      tries += 1;
      throw failure(5);
    });
    await assert.rejects(asked, { code: 5 });
    assert.equal(tries, 1);
  });

  it('that hangs counts as failed after the time of a try, and is tried again', async () => {
    const answers = [hang, async () => 'done'];
    assert.equal(
      await withPatience({ tryMs: 20, totalMs: 10_000 }, () => (answers.shift() ?? hang)()),
      'done',
    );
  });

  it('that nobody waits for any more is cancelled, and only such a one', async () => {
    let cancelled = 0;
    const ask = (answer: Promise<string>) =>
      Object.assign(answer, {
        cancel: () => {
          cancelled += 1;
        },
      });
    const answers = [hang(), Promise.resolve('done')];
    await withPatience({ tryMs: 20, totalMs: 10_000 }, () => ask(answers.shift() ?? hang()));
    assert.equal(cancelled, 1);
    const abort = new AbortController();
    const asked = withPatience({ tryMs: 10_000, totalMs: 60_000 }, () => ask(hang()), abort.signal);
    abort.abort(new Error('late'));
    await assert.rejects(asked, { message: 'late' });
    assert.equal(cancelled, 2);
  });

  it('is given up after all of its time, with the last reason', async () => {
    await assert.rejects(withPatience({ tryMs: 20, totalMs: 50 }, hang), {
      code: 4,
      message: 'no answer within 20 ms',
    });
  });

  it('ends with its signal, in a try and between two', async () => {
    for (const request of [hang, () => Promise.reject(failure(14))]) {
      const abort = new AbortController();
      const asked = withPatience({ tryMs: 10_000, totalMs: 60_000 }, request, abort.signal);
      setImmediate(() => abort.abort(new Error('late')));
      await assert.rejects(asked, ({ message, name }: Error) => message === 'late' || name === 'AbortError');
    }
  });
});
