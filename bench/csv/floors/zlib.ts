// What nobody can be faster than on a compressed file: Node's zlib alone, into nothing. `node zlib.ts FILE`.
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { printTime } from '../stopwatch.ts';

const CHUNK_BYTES = 256 * 1024;
const [, , file = ''] = process.argv;

await printTime(async () => {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  await pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), nothing);
  return null;
});
