// Writes the outputs of the documents here as the engine makes them now. To be run when an output changes on purpose,
// after ENGINE was raised: `node test/corpus/make.ts`. Documents are named MODEL-what.csv, by the place of their model
// among those of test/fuzz/fuzz-models.ts.
import { readFile, writeFile } from 'node:fs/promises';
import { ENGINE } from '../../src/batch/engine.ts';
import { corpus, score } from './corpus.ts';

for (const document of corpus()) {
  const outcome = await score(document);
  const text =
    typeof outcome === 'string' ? outcome : `${outcome.predictions}--- errors ---\n${outcome.errors}`;
  await writeFile(document.expected, text, 'latin1');
  console.log(`${document.name}: ${(await readFile(document.expected)).length} bytes`);
}
await writeFile(new URL('engine.json', import.meta.url), `{ "engine": ${ENGINE} }\n`);
