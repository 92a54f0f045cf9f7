// Documents whose every output byte is fixed: a job is never begun by one engine and ended by another.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ENGINE } from '../../src/batch/engine.ts';
import { corpus, score } from '../corpus/corpus.ts';

describe('the outputs of the corpus', () => {
  for (const document of corpus()) {
    it(`are what they were: ${document.name} (or ENGINE must be raised, and test/corpus/make.ts run)`, async () => {
      const outcome = await score(document);
      const text =
        typeof outcome === 'string' ? outcome : `${outcome.predictions}--- errors ---\n${outcome.errors}`;
      assert.equal(text, await readFile(document.expected, 'latin1'));
    });
  }

  it('are those of this engine', async () => {
    const file = join(import.meta.dirname, '../corpus/engine.json');
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { engine: ENGINE });
    assert.ok(corpus().length >= 16);
  });
});
