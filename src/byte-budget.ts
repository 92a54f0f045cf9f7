import { ScorerError } from './errors.ts';

/** Bytes that were taken from a {@link ByteBudget}. */
export interface ByteLease {
  /** Keeps so many bytes and gives the rest back; never more than are held. */
  shrink(bytes: number): void;
  /** Gives back what is still held. */
  release(): void;
}

/** Bounds the bytes that are held at once, by letting others wait: memory stays bounded whatever arrives. */
export interface ByteBudget {
  /**
   * Waits, in the order of the calls, until so many bytes are free. What is larger than the whole budget waits
   * until nothing else is held, and then takes all of it.
   *
   * @throws ScorerError `OVERLOADED` when too many wait already; the signal's reason when it aborts first
   */
  take(bytes: number, signal?: AbortSignal): Promise<ByteLease>;
}

interface Waiter extends PromiseWithResolvers<ByteLease> {
  readonly bytes: number;
}

/**
 * Creates a {@link ByteBudget}.
 *
 * @param maxWaiting callers that may wait at once; one more is refused
 */
export function createByteBudget(maxBytes: number, maxWaiting = 1000): ByteBudget {
  const waiting = new Set<Waiter>();
  let free = maxBytes;

  function lease(bytes: number): ByteLease {
    let held = Math.min(bytes, maxBytes);
    free -= held;
    const shrink = (kept: number): void => {
      const given = held - Math.min(held, kept);
      held -= given;
      free += given;
      serveWaiting();
    };
    return { shrink, release: () => shrink(0) };
  }

  function serveWaiting(): void {
    for (const waiter of waiting) {
      if (!fits(waiter.bytes)) return;
      waiting.delete(waiter);
      waiter.resolve(lease(waiter.bytes));
    }
  }

  function fits(bytes: number): boolean {
    return Math.min(bytes, maxBytes) <= free;
  }

  return {
    async take(bytes, signal) {
      signal?.throwIfAborted();
      if (waiting.size === 0 && fits(bytes)) return lease(bytes);
      if (waiting.size >= maxWaiting) {
        throw new ScorerError(`${waiting.size} wait already for others to be done.`, { code: 'OVERLOADED' });
      }
      const waiter: Waiter = { bytes, ...Promise.withResolvers<ByteLease>() };
      waiting.add(waiter);
      const onAbort = (): void => {
        if (!waiting.delete(waiter)) return;
        waiter.reject(signal?.reason);
        serveWaiting(); // it may have stood before others who fit
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await waiter.promise;
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}

/**
 * Gives the memory of bytes back now; it would otherwise wait for the next full garbage collection, tens of megabytes
 * later. They read as empty from then on. Bytes that are a part of a larger buffer are left alone.
 *
 * @param bytes that nobody reads any more
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (byteLength > 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
