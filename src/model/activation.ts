/** What turns logits into probabilities where the graph does not. */
export type Activation = 'sigmoid' | 'softmax';

/** Applies an activation to logits, row-major with `width` a row; computed in float64, returned as float32. */
export function applyActivation(activation: Activation, logits: Float32Array, width: number): Float32Array {
  return activation === 'sigmoid'
    ? logits.map((logit) => 1 / (1 + Math.exp(-logit)))
    : softmax(logits, width);
}

/** Less the row's largest first, so that no exponential overflows. */
function softmax(logits: Float32Array, width: number): Float32Array {
  const out = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += width) {
    const row = logits.subarray(start, start + width);
    const largest = row.reduce((best, logit) => Math.max(best, logit), -Infinity);
    const powers = Array.from(row, (logit) => Math.exp(logit - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    out.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return out;
}
