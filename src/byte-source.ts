import { Readable } from 'node:stream';

/** What an object is written from. */
export type Source = AsyncIterable<Uint8Array> | Uint8Array;

/** Ends a source that nothing was taken from, so that what it holds open is closed. */
export async function releaseSource(source: Source): Promise<void> {
  if (source instanceof Uint8Array) return;
  // the iterator of a stream that nobody has read from leaves the stream open
  if (source instanceof Readable) source.destroy();
  else await source[Symbol.asyncIterator]().return?.();
}

/**
 * The chunks of a source, until it ends, fails, or the signal aborts, even while the source is
 * waiting: then the signal's reason is thrown and the source is told to end, but not waited for.
 */
export async function* chunksOf(
  source: Source,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const result = await orAbort(iterator.next(), signal).catch((error: unknown) => {
        // an iterator that threw has ended; one that is waiting has not
        ended = signal?.aborted !== true;
        throw error;
      });
      if (result.done === true) {
        ended = true;
        return;
      }
      yield result.value;
    }
  } finally {
    if (!ended) {
      const closing = Promise.resolve(iterator.return?.());
      if (signal?.aborted === true) {
        if (source instanceof Readable) source.destroy();
        closing.catch(() => {});
      } else await closing;
    }
  }
}

/** Waits for a promise, until the signal aborts: then its reason is thrown, and the promise left alone. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      promise.catch(() => {});
      reject(signal.reason);
      return;
    }
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
