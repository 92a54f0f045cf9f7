// What nobody can be faster than over a storage server: the same client's download, into nothing. `node download.ts URI`.
import { composeStorage } from '../../../src/compose.ts';
import { readConfig } from '../../../src/config.ts';
import { printTime } from '../stopwatch.ts';

const [, , uri = ''] = process.argv;
const storage = await composeStorage(readConfig());
const { size } = await storage.stat(uri); // the client is loaded

await printTime(async () => {
  let bytes = 0;
  for await (const chunk of storage.read(uri)) bytes += chunk.length;
  if (bytes !== size) throw new Error(`${bytes} of ${size} bytes came.`);
  return null;
});
