/**
 * One word of shared memory between a thread that runs a model and the thread that may end it.
 *
 * Ending a thread, or the process, while the native runtime is at work in it aborts the whole process
 * ("terminate called after throwing an instance of 'Napi::Error'"): so the worker says when it is inside,
 * and whoever ends it closes the gate first.
 */
export type RunGate = Int32Array<SharedArrayBuffer>;

const OPEN = 0;
const INSIDE = 1;
const CLOSED = 2;

/** An open gate with nobody inside. */
export function createRunGate(): RunGate {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Goes inside, before native work. False when the gate is closed: then this thread is about to end. */
export function enterGate(gate: RunGate): boolean {
  return Atomics.compareExchange(gate, 0, OPEN, INSIDE) === OPEN;
}

/** Comes out again. */
export function leaveGate(gate: RunGate): void {
  Atomics.store(gate, 0, OPEN);
  Atomics.notify(gate, 0);
}

/**
 * Closes the gate for good, and blocks this thread until the other one is outside.
 *
 * @param waitMs how long at most; 0 looks once
 * @returns false when the other thread is inside still, and the gate open
 */
export function closeGate(gate: RunGate, waitMs: number): boolean {
  const endMs = performance.now() + waitMs;
  while (Atomics.compareExchange(gate, 0, OPEN, CLOSED) === INSIDE) {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return false;
    Atomics.wait(gate, 0, INSIDE, leftMs);
  }
  return true;
}
