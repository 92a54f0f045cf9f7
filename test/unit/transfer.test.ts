// What goes to another thread as it is, and what is copied first.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessageChannel, markAsUntransferable, receiveMessageOnPort } from 'node:worker_threads';
import { toTransferable } from '../../src/serving/transfer.ts';

const KINDS = [
  Float32Array.of(1, 2, 3),
  Float64Array.of(1, 2, 3),
  Int32Array.of(1, 2, 3),
  BigInt64Array.of(1n, 2n, 3n),
  Uint8Array.of(1, 0, 1),
] as const;

/** What arrives on the other side. */
function send(tensors: readonly (ArrayBufferView | readonly string[])[]): unknown {
  const { elements, buffers } = toTransferable(tensors);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(elements, buffers);
  port1.close();
  return receiveMessageOnPort(port2)?.message;
}

describe('a tensor for another thread', () => {
  for (const whole of KINDS) {
    it(`gives its buffer away when it is all of it: ${whole.constructor.name}`, () => {
      const sent = whole.slice();
      assert.deepEqual(send([sent]), [whole]);
      assert.equal(sent.length, 0);
    });

    it(`is copied when it is a part of a larger buffer: ${whole.constructor.name}`, () => {
      const sent = whole.slice();
      const part = sent.subarray(1);
      assert.deepEqual(send([part]), [whole.slice(1)]);
      assert.deepEqual([sent, part], [whole, whole.slice(1)]);
    });
  }

  it('is copied when its memory is shared or pinned', () => {
    const shared = new Float32Array(new SharedArrayBuffer(8)).fill(5);
    const pinned = Float32Array.of(6);
    markAsUntransferable(pinned.buffer);
    const received = send([shared, pinned]) as Float32Array[];
    assert.deepEqual(received, [Float32Array.of(5, 5), Float32Array.of(6)]);
    assert.ok(received[0]?.buffer instanceof ArrayBuffer);
    assert.deepEqual([shared.length, pinned.length], [2, 1]);
  });

  it('arrives twice when it is there twice', () => {
    const twice = Float32Array.of(7);
    assert.deepEqual(send([twice, twice]), [Float32Array.of(7), Float32Array.of(7)]);
  });

  it('of text is cloned', () => {
    const text = ['a', ''];
    assert.deepEqual(send([text]), [['a', '']]);
    assert.deepEqual(text, ['a', '']);
  });
});
