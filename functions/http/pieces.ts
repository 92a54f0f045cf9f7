/** Pieces of a body that is still being made: what is pushed comes out, in order. */
export interface PieceQueue extends AsyncIterable<Uint8Array> {
  push(piece: Uint8Array): void;
  /** Says that no more pieces come; with an error, that the body is not whole. */
  end(error?: unknown): void;
}

/** Creates a queue for one taker. It holds whatever isn't taken yet: who pushes never waits. */
export function createPieceQueue(): PieceQueue {
  let pieces: Uint8Array[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    push(piece) {
      pieces.push(piece);
      notify();
    },
    end(error) {
      ended = error === undefined ? {} : { error };
      notify();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const taken = pieces;
        pieces = [];
        yield* taken;
        if (pieces.length > 0) continue;
        if (ended !== undefined) {
          if ('error' in ended) throw ended.error;
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
