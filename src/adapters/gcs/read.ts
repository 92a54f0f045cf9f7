import type { IncomingHttpHeaders } from 'node:http';
import { type Crc32c, createCrc32c } from '../../crc32c.ts';
import type { ReadOptions } from '../../ports/storage.ts';
import { type Client, giveUp, pause } from './client.ts';
import { type Exchange, type OpenAnswer, open, piecesOf } from './exchange.ts';
import { broken, failed, isTransient } from './failures.ts';
import { type ObjectName, toObjectUri } from './object-name.ts';
import { assertGeneration, statObject, toResourceUrl } from './resource.ts';

/** After so many bytes without a break, breaks are counted from the start again. */
const STEADY_BYTES = 8 * 1024 * 1024;

/** How far a read has come. */
interface Reading {
  readonly uri: string;
  readonly start: number;
  /** The next byte to hand out. */
  position: number;
  /** One past the last byte, as asked for; once there is an answer, never behind the object's size. */
  end: number | undefined;
  /** The version that is read; once there is an answer, always known. */
  generation: string | undefined;
  readonly crc32c: Crc32c;
  /** What the bytes must add up to, when the whole object is read. */
  expectedCrc32c: string | undefined;
}

/**
 * The stored bytes of an object; see `Storage.read`. The first answer pins the generation when the
 * caller doesn't; where a connection breaks, the same generation is read on from there. Of a whole
 * object the checksum is verified before its last bytes are handed out.
 */
export async function* readObject(
  client: Client,
  object: ObjectName,
  { start = 0, end, generation, signal }: ReadOptions,
): AsyncGenerator<Uint8Array, void> {
  if (end === start) {
    await statObject(client, object, { generation, signal });
    return;
  }
  const uri = toObjectUri(object);
  assertGeneration(uri, generation);
  const crc32c = createCrc32c();
  const reading: Reading = {
    uri,
    start,
    position: start,
    end,
    generation,
    crc32c,
    expectedCrc32c: undefined,
  };
  let breaks = 0;
  let brokeAt = start;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const request = toRequest(client, object, reading);
      const answer = await open(client, request, signal);
      if (answer.status === 416) {
        answer.body.destroy();
        return; // it ends before the first byte that was asked for
      }
      if (!settle(reading, answer)) {
        reading.generation = (await statObject(client, object, { signal })).info.generation;
        continue;
      }
      for await (const piece of piecesOf(client, request, answer.body, signal)) yield advance(reading, piece);
      if (reading.position === reading.end) return;
      throw broken('read', uri, Object.assign(new Error('it ended early'), { code: 'ECONNRESET' }));
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
      breaks = reading.position - brokeAt >= STEADY_BYTES ? 1 : breaks + 1;
      brokeAt = reading.position;
      if (breaks >= client.patience.tries) throw giveUp(error, breaks);
      await pause(client.patience, breaks, signal);
    }
  }
}

function toRequest(client: Client, object: ObjectName, reading: Reading): Exchange {
  const { uri, position, end, generation } = reading;
  const isRange = position > 0 || end !== undefined;
  return {
    method: 'GET',
    url: toResourceUrl(client, object, { alt: 'media', generation }),
    headers: {
      'accept-encoding': 'gzip', // else what is stored as gzip comes inflated
      'cache-control': 'no-store',
      ...(isRange ? { range: `bytes=${position}-${end === undefined ? '' : end - 1}` } : {}),
    },
    expected: [416],
    doing: 'read',
    uri,
  };
}

/**
 * Takes from an answer's headers which version it is of, how long that is and what its checksum is.
 * False when they don't tell the version and the caller didn't name it.
 */
function settle(reading: Reading, { headers, body }: OpenAnswer): boolean {
  const { uri, start, position, end } = reading;
  reading.generation ??= toText(headers['x-goog-generation']);
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '');
  const first = Number(range?.[1] ?? 0);
  const size = Number(range?.[2] ?? headers['x-goog-stored-content-length'] ?? headers['content-length']);
  if (reading.generation !== undefined && first === position && Number.isSafeInteger(size)) {
    reading.end = Math.min(end ?? size, size);
    if (start === 0 && reading.end === size) reading.expectedCrc32c ??= toCrc32c(headers);
    return true;
  }
  body.destroy();
  if (reading.generation === undefined) return false;
  throw failed('read', uri, `the answer has the bytes from ${first} on of ${size}, not from ${position} on`);
}

/** What of a piece was asked for, counted. @throws ScorerError `STORAGE_FAILED` for the last one when the sum is wrong */
function advance(reading: Reading, piece: Uint8Array): Uint8Array {
  const { position, end = 0, expectedCrc32c, crc32c } = reading;
  const wanted = piece.length > end - position ? piece.subarray(0, end - position) : piece;
  reading.position += wanted.length;
  if (expectedCrc32c !== undefined) crc32c.update(wanted);
  if (reading.position === end) verify(reading);
  return wanted;
}

function verify({ uri, crc32c, expectedCrc32c }: Reading): void {
  const found = crc32c.digest();
  if (expectedCrc32c === undefined || found === expectedCrc32c) return;
  throw failed('read', uri, `its bytes have the CRC-32C ${found}, Cloud Storage says ${expectedCrc32c}`);
}

/** https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash: `crc32c=…,md5=…` */
function toCrc32c(headers: IncomingHttpHeaders): string | undefined {
  return /(?:^|,)\s*crc32c=([A-Za-z0-9+/=]+)/.exec(toText(headers['x-goog-hash']) ?? '')?.[1];
}

function toText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
