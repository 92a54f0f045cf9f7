// What requests under way may hold, and what one more is told.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toAnswerKind } from '../../functions/http/accept.ts';
import { ADMISSION_LIMITS, createAdmission } from '../../functions/http/admission.ts';

const OVERLOADED = { code: 'OVERLOADED' };

describe('admission', () => {
  it('counts requests and bytes, and gives them back once', () => {
    const admission = createAdmission({ requests: 2, pipelined: 9, bytes: 200_000, queueMs: 10 });
    assert.throws(() => admission.admit(200_001, {}), OVERLOADED);
    const first = admission.admit(150_000, {});
    first.holdBytes(150_000);
    assert.throws(() => admission.admit(70_000, {}), OVERLOADED);
    const second = admission.admit(10, {});
    assert.throws(() => admission.admit(0, {}), OVERLOADED);
    first.addBytes(100_000);
    second.holdBytes(10);
    assert.deepEqual([admission.requests, admission.bytes], [2, 250_010]);
    assert.throws(() => second.holdBytes(70_000), OVERLOADED);
    first.release();
    first.release();
    first.addBytes(1);
    assert.deepEqual([admission.requests, admission.bytes], [1, 70_000]);
    second.release();
    assert.deepEqual([admission.requests, admission.bytes], [0, 0]);
  });

  it('bounds what one connection has under way, and others find room beside it', () => {
    const admission = createAdmission({ ...ADMISSION_LIMITS, pipelined: 2 });
    const [one, other] = [{}, {}];
    const first = admission.admit(0, one);
    admission.admit(0, one);
    assert.throws(() => admission.admit(0, one), /2 requests of this connection are being answered at once/);
    admission.admit(0, other);
    first.release();
    first.release();
    admission.admit(0, one);
    assert.throws(() => admission.admit(0, one), OVERLOADED);
  });

  it('bounds how long rows wait behind others, however long they take themselves', () => {
    const admission = createAdmission({ requests: 9, pipelined: 9, bytes: 9, queueMs: 10 });
    const [first, second, third] = [admission.admit(0, {}), admission.admit(0, {}), admission.admit(0, {})];
    first.holdRows(1000, 0.009);
    second.holdRows(1, 0.1);
    assert.throws(() => third.holdRows(1000, 1), OVERLOADED);
    for (const each of [first, second, third]) each.release();
    assert.equal(admission.queueMs, 0);
    const alone = admission.admit(0, {});
    alone.holdRows(1_000_000, 1);
    alone.release();
  });
});

describe('Accept', () => {
  for (const [accept, kind] of [
    [undefined, 'csv'],
    ['*/*', 'csv'],
    ['text/csv', 'csv'],
    ['application/json', 'json'],
    ['application/x-ndjson, */*;q=0.1', 'ndjson'],
    ['application/json;q=0.5, application/x-ndjson', 'ndjson'],
    ['application/json;q=0, text/html', 'csv'],
    ['application/json; q=2', 'csv'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'csv'],
    ['image/png', 'csv'],
    ['APPLICATION/JSON', 'json'],
  ] as const) {
    it(`${accept} gives ${kind} to who sends CSV`, () => {
      assert.equal(toAnswerKind(accept, 'csv'), kind);
    });
  }
});
