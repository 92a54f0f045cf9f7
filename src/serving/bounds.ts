/** Bound of one look for another model, in milliseconds. */
export const LOOK_MS = 30_000;

/** Bound of one load, in milliseconds. */
export const LOAD_MS = 300_000;
