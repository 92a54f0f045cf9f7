/** Pieces of a body that is still being made: what is pushed comes out, in order. */
export interface PieceQueue extends AsyncIterable<Uint8Array> {
  push(piece: Uint8Array): void;
  /** Says that no more pieces come; with an error, that the body is not whole. */
  end(error?: unknown): void;
  /** True once nobody takes pieces any more. */
  readonly isLeft: boolean;
}

/** Creates a queue for one taker. It holds whatever isn't taken yet: who pushes never waits. */
export function createPieceQueue(): PieceQueue {
  let pieces: Uint8Array[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  let isLeft = false;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    get isLeft() {
      return isLeft;
    },
    push(piece) {
      pieces.push(piece);
      notify();
    },
    end(error) {
      ended = error === undefined ? {} : { error };
      notify();
    },
    async *[Symbol.asyncIterator]() {
      try {
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
      } finally {
        isLeft = true;
        pieces = [];
      }
    },
  };
}
