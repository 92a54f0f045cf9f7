import { chunksOf, type Source } from '../../byte-source.ts';

/** Consecutive bytes of a source. */
export interface Piece {
  /** Of use until the next piece is taken. */
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** A source cut into pieces of one size, of which only the last, perhaps empty, is shorter. */
export interface Pieces {
  /** @throws what the source throws, or the signal's reason */
  next(): Promise<Piece>;
  /** Ends the source when it hasn't ended. */
  close(): Promise<void>;
}

const FIRST_BYTES = 64 * 1024;

/** Cuts a source into pieces, holding one of them in memory. A source that is one array is not copied. */
export function createPieces(source: Source, pieceBytes: number, signal: AbortSignal | undefined): Pieces {
  return source instanceof Uint8Array
    ? piecesOfArray(source, pieceBytes)
    : piecesOfStream(source, pieceBytes, signal);
}

function piecesOfArray(source: Uint8Array, pieceBytes: number): Pieces {
  let position = 0;
  return {
    async next() {
      const bytes = source.subarray(position, position + pieceBytes);
      position += bytes.length;
      return { bytes, isLast: position === source.length };
    },
    async close() {},
  };
}

function piecesOfStream(
  source: AsyncIterable<Uint8Array>,
  pieceBytes: number,
  signal: AbortSignal | undefined,
): Pieces {
  const chunks = chunksOf(source, signal);
  let buffer = new Uint8Array(Math.min(FIRST_BYTES, pieceBytes));
  /** What of the last chunk was too much for the piece before. The source can't change it before the next one. */
  let rest: Uint8Array = new Uint8Array();
  return {
    async next() {
      let length = 0;
      for (;;) {
        const taken = rest.subarray(0, pieceBytes - length);
        buffer = withRoom(buffer, length + taken.length, pieceBytes);
        buffer.set(taken, length);
        length += taken.length;
        rest = rest.subarray(taken.length);
        // a full piece is the last one only when the source has no more
        if (rest.length > 0) return { bytes: buffer.subarray(0, length), isLast: false };
        const { done, value } = await chunks.next();
        if (done === true) return { bytes: buffer.subarray(0, length), isLast: true };
        rest = value;
      }
    },
    async close() {
      await chunks.return();
    },
  };
}

function withRoom(buffer: Uint8Array<ArrayBuffer>, bytes: number, most: number): Uint8Array<ArrayBuffer> {
  if (bytes <= buffer.length) return buffer;
  const larger = new Uint8Array(Math.min(most, Math.max(bytes, buffer.length * 2)));
  larger.set(buffer);
  return larger;
}
