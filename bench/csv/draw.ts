/** Gives a whole number from 0 up to a bound, which is left out. */
export type Draw = (bound: number) => number;

/** Draws the same numbers for the same seed, on every machine (mulberry32). */
export function createDraw(seed: number): Draw {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) * (bound / 2 ** 32));
  };
}
