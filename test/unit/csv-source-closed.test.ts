// However scoring a document ends, what it was read from is let go: an open file would stay open.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { scoreCsv } from '../../src/batch/score-csv.ts';
import { createFuzzModels } from '../fuzz/fuzz-models.ts';

const model = createFuzzModels().find(({ columns }) => columns[0]?.type === 'number')?.model;
const good = async (): Promise<void> => undefined;
const bad = async (): Promise<void> => {
  throw new Error('the disk is full');
};

for (const [title, document, sink] of [
  ['its header lacks a column', ['nothing,here\n', '1,2\n'], good],
  ['it has no header', [], good],
  ['its header is never whole', ['"open'], good],
  ['its first output fails', ['n\n', '1\n'], bad],
] as const) {
  it(`a source is let go when ${title}`, async () => {
    let isOpen = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      isOpen = true;
      try {
        for (const text of document) yield Buffer.from(text);
      } finally {
        isOpen = false;
      }
    }
    assert.ok(model !== undefined);
    await assert.rejects(scoreCsv(source(), model, sink, good));
    assert.equal(isOpen, false);
  });
}
