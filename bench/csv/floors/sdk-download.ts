// The download alone by Google's client library, as its documents have it: `node sdk-download.ts URI`.
import { Storage } from '@google-cloud/storage';
import { printTime } from '../stopwatch.ts';

const [, , uri = ''] = process.argv;
const [, bucket = '', name = ''] = /^gs:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
const host = (process.env['STORAGE_EMULATOR_HOST'] ?? '').replace(/^(?!https?:)/, 'http://');
delete process.env['STORAGE_EMULATOR_HOST']; // the library refuses one without a scheme
const file = new Storage({ apiEndpoint: host, projectId: 'bench' }).bucket(bucket).file(name);
const [{ size }] = await file.getMetadata(); // the client is loaded

await printTime(async () => {
  let bytes = 0;
  for await (const chunk of file.createReadStream() as AsyncIterable<Buffer>) bytes += chunk.length;
  if (bytes !== Number(size)) throw new Error(`${bytes} of ${size} bytes came.`);
  return null;
});
