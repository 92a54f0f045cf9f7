/** A bounded way from one writer to one reader of bytes. */
export interface Channel extends AsyncIterable<Uint8Array> {
  /** Resolves when there is room for more; at once and without effect when the reader has left. */
  write(chunk: Uint8Array): Promise<void>;
  /** Lets the reader end after what was written. */
  end(): void;
  /** Lets the reader fail at once. */
  fail(error: unknown): void;
}

/** Bytes that wait for the reader before the writer has to. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** Creates a channel. A reader that leaves early frees the writer: what it still writes is dropped. */
export function createChannel(): Channel {
  let queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let state: 'open' | 'ended' | 'left' | { readonly failed: unknown } = 'open';
  let wakeReader: () => void = () => undefined;
  let wakeWriter: () => void = () => undefined;

  const leave = (): void => {
    state = 'left';
    queue = [];
    wakeWriter();
  };
  const read = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (typeof state === 'object') throw state.failed;
        const chunks = queue;
        queue = [];
        queuedBytes = 0;
        wakeWriter();
        yield* chunks;
        if (queue.length > 0 || typeof state === 'object') continue;
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
      queue.push(chunk);
      queuedBytes += chunk.length;
      wakeReader();
      if (queuedBytes < HIGH_WATER_BYTES) return;
      await new Promise<void>((resolve) => {
        wakeWriter = resolve;
      });
    },
    end() {
      if (state === 'open') state = 'ended';
      wakeReader();
    },
    fail(error) {
      if (state === 'open') state = { failed: error };
      wakeReader();
      wakeWriter();
    },
    [Symbol.asyncIterator]: read,
  };
}
