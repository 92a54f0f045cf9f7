// Numbers written as bytes, against the same as text.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toShortest } from '../../src/encode/number.ts';
import { MAX_NUMBER_BYTES, writeShortest } from '../../src/encode/number-bytes.ts';
import { createRandom } from '../fuzz/random.ts';

const bytes = Buffer.alloc(64, '!');
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function check(value: number): void {
  const end = writeShortest(bytes, 7, Math.fround(value));
  assert.equal(bytes.toString('latin1', 7, end), toShortest(Math.fround(value)));
  assert.ok(end - 7 <= MAX_NUMBER_BYTES);
}

it('a number as bytes is the number as text: of every exponent and its neighbours', () => {
  for (let exponent = -149; exponent < 128; exponent += 1) {
    for (const step of [-2, -1, 0, 1, 2]) {
      float[0] = 2 ** exponent;
      bits[0] = (bits[0] ?? 0) + step;
      for (const sign of [1, -1]) if (Number.isFinite(float[0])) check(sign * (float[0] ?? 0));
    }
  }
  for (const value of [0, -0, 1e-6, 9.99e-7, 999_999.94, 1e6, 0.1, 0.5, 123_456.7, 99_999.995]) check(value);
});

it('a number as bytes is the number as text: any', () => {
  const random = createRandom(7);
  for (let count = 0; count < 100_000; count += 1) {
    bits[0] = random.below(2 ** 32);
    if (Number.isFinite(float[0])) check(float[0] ?? 0);
    for (const size of [1, 1e-5, 1e6, 100]) check((random.next() * 2 - 1) * size);
    check(random.below(1000) / 1000);
  }
});
