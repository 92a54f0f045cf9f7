// Activations against float64 arithmetic.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyActivation } from '../../src/model/activation.ts';

describe('an activation', () => {
  const logit = fc.float({ noNaN: true, noDefaultInfinity: true });
  it('is that of float64 arithmetic, for logits of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.array(logit, { minLength: 10, maxLength: 10 }),
        (width, all) => {
          const logits = Float32Array.from(all.slice(0, 2 * width));
          const sigmoids = Array.from(logits, (each) =>
            each < 0 ? Math.exp(each) / (1 + Math.exp(each)) : 1 / (1 + Math.exp(-each)),
          );
          assertNear(applyActivation('sigmoid', logits, width), sigmoids);
          const softmax = [0, 1].flatMap((row) => {
            const of = [...logits.subarray(row * width, (row + 1) * width)];
            return of.map((each) => 1 / of.reduce((sum, other) => sum + Math.exp(other - each), 0));
          });
          assertNear(applyActivation('softmax', logits, width), softmax);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function assertNear(got: Float32Array, expected: readonly number[]): void {
  assert.equal(got.length, expected.length);
  expected.forEach((number, index) => {
    assert.ok(
      Math.abs((got[index] ?? Number.NaN) - number) <= 1.2e-7 * number + 1e-45,
      `${got[index]} for ${number}`,
    );
  });
}
