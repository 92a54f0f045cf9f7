import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPieces } from '../../src/adapters/gcs/pieces.ts';
import { chunks, failing, pseudoRandomBytes, split } from '../contracts/storage-content.ts';

const PIECE = 1000;

/** The lengths of all pieces, of which only the last may call itself so, and their bytes. */
async function cut(
  source: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<{ lengths: number[]; bytes: Buffer }> {
  const pieces = createPieces(source, PIECE, undefined);
  const parts: Buffer[] = [];
  for (;;) {
    const { bytes, isLast } = await pieces.next();
    parts.push(Buffer.from(bytes)); // it is of use until the next one is taken
    if (isLast) break;
  }
  await pieces.close();
  return { lengths: parts.map(({ length }) => length), bytes: Buffer.concat(parts) };
}

describe('pieces of a source', () => {
  for (const [size, lengths] of [
    [0, [0]],
    [1, [1]],
    [999, [999]],
    [1000, [1000]],
    [1001, [1000, 1]],
    [2000, [1000, 1000]],
    [3500, [1000, 1000, 1000, 500]],
  ] as const) {
    for (const by of [[1], [7, 0, 450], [1000], [2500], [10_000]]) {
      it(`of ${size} bytes in chunks of ${by.join(', ')} have ${lengths.join(', ')} bytes`, async () => {
        const bytes = pseudoRandomBytes(size);
        for (const source of [chunks(split(bytes, by)), bytes]) {
          const found = await cut(source);
          assert.deepEqual(found.lengths, lengths);
          assert.ok(bytes.equals(found.bytes));
        }
      });
    }
  }

  it('are right for a source that uses its memory again', async () => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      const memory = Buffer.alloc(700);
      for (let fill = 1; fill <= 5; fill += 1) yield memory.fill(fill);
    };
    const { bytes } = await cut(source());
    assert.ok(bytes.equals(Buffer.concat([1, 2, 3, 4, 5].map((fill) => Buffer.alloc(700, fill)))));
  });

  it('take no more from a source than a piece needs, and end it when they are closed', async () => {
    let taken = 0;
    let hasEnded = false;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (; ; taken += 1) yield Buffer.alloc(300);
      } finally {
        hasEnded = true;
      }
    };
    const pieces = createPieces(source(), PIECE, undefined);
    await pieces.next();
    assert.equal(taken, 3);
    await pieces.close();
    assert.ok(hasEnded);
  });

  it('fail with the error of the source', async () => {
    const failure = new Error('the source broke');
    const pieces = createPieces(failing([Buffer.alloc(1500)], failure), PIECE, undefined);
    await pieces.next();
    await assert.rejects(pieces.next(), failure);
    await pieces.close();
  });
});
