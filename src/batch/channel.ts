/** A way from one writer to one reader of bytes, without a copy: one chunk is on it at a time. */
export interface Channel extends AsyncIterable<Uint8Array> {
  /**
   * Resolves when the reader is done with the chunk, which is when it asks for the next one; at once and without
   * effect when the reader has left.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Lets the reader end after what was written. */
  end(): void;
  /** Lets the reader fail at once. */
  fail(error: unknown): void;
}

/** A chunk on its way. */
interface Parcel {
  readonly chunk: Uint8Array;
  readonly done: () => void;
}

/** Creates a channel. A reader that leaves early frees the writer: what it still writes is dropped. */
export function createChannel(): Channel {
  let queue: Parcel[] = [];
  let state: 'open' | 'ended' | 'left' | { readonly failed: unknown } = 'open';
  let wakeReader: () => void = () => undefined;

  const leave = (): void => {
    state = 'left';
    for (const { done } of queue) done();
    queue = [];
  };
  const read = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (typeof state === 'object') throw state.failed;
        const [parcel] = queue;
        if (parcel !== undefined) {
          yield parcel.chunk;
          queue.shift();
          parcel.done();
          continue;
        }
        if (state !== 'open') return;
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      }
    } finally {
      leave();
    }
  };
  return {
    async write(chunk) {
      if (state !== 'open') return;
      await new Promise<void>((done) => {
        queue.push({ chunk, done });
        wakeReader();
      });
    },
    end() {
      if (state === 'open') state = 'ended';
      wakeReader();
    },
    fail(error) {
      if (state === 'open') state = { failed: error };
      wakeReader();
    },
    [Symbol.asyncIterator]: read,
  };
}
