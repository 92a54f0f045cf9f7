import { type Client, giveUp, pause } from './client.ts';
import { type Answer, exchange } from './exchange.ts';
import { failed, isTransient } from './failures.ts';
import { toObjectUri } from './object-name.ts';
import type { Piece } from './pieces.ts';
import type { Change } from './precondition.ts';
import { findObject, parseResource, type StoredObject } from './resource.ts';
import { startUpload, toUploadMetadata } from './upload.ts';

/** An upload in pieces: https://cloud.google.com/storage/docs/resumable-uploads. */
export interface UploadSession {
  /**
   * Sends the next piece, as often as it takes; all but the last are a multiple of 256 KiB.
   *
   * @param crc32c of all bytes, with the last piece: the server refuses others
   * @returns the object after the last piece, `unmet` when the precondition does not hold
   */
  send(piece: Piece, crc32c: string): Promise<StoredObject | 'unmet' | 'more'>;
}

/** Begins an upload in pieces; `unmet` when the precondition does not hold. */
export async function createUploadSession(
  client: Client,
  change: Change,
  ifGenerationMatch: string,
): Promise<UploadSession | 'unmet'> {
  const { contentType, ...rest } = toUploadMetadata(change);
  const { status, headers } = await startUpload(client, change, {
    uploadType: 'resumable',
    ifGenerationMatch,
    headers: { 'content-type': 'application/json; charset=UTF-8', 'x-upload-content-type': contentType },
    body: [Buffer.from(JSON.stringify({ ...rest, contentType }))],
  });
  if (status === 412) return 'unmet';
  const { location } = headers;
  const uri = toObjectUri(change.object);
  if (location === undefined || !URL.canParse(location)) {
    throw failed('write', uri, 'the answer does not tell where to send it');
  }
  let offset = 0;
  return {
    async send(piece, crc32c) {
      const sent = await sendPiece(client, change, location, { ...piece, offset, crc32c });
      offset += piece.bytes.length;
      return sent;
    },
  };
}

/** A piece, its place among all bytes, and the checksum of all when it is the last. */
interface PlacedPiece extends Piece {
  readonly offset: number;
  readonly crc32c: string;
}

/** Sends a piece; after a break asks how much of it arrived, and sends the rest. */
async function sendPiece(
  client: Client,
  change: Change,
  location: string,
  piece: PlacedPiece,
): Promise<StoredObject | 'unmet' | 'more'> {
  const { signal } = change.options;
  const uri = toObjectUri(change.object);
  const end = piece.offset + piece.bytes.length;
  let stored = piece.offset;
  let failures = 0;
  let isUnsure = false;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const request = isUnsure ? { 'content-range': 'bytes */*' } : toHeaders(piece, stored);
      const body = isUnsure ? [] : [piece.bytes.subarray(stored - piece.offset)];
      const answer = await exchange(
        client,
        {
          method: 'PUT',
          url: location,
          headers: request,
          body,
          expected: [308, 404, 410, 412],
          doing: 'write',
          uri,
        },
        signal,
      );
      if (answer.status !== 308) return await settle(client, change, answer);
      const next = toStored(answer);
      if (next < piece.offset || next > end) {
        throw failed(
          'write',
          uri,
          `the server holds ${next} bytes where ${piece.offset} to ${end} were sent`,
        );
      }
      if (next === end && !piece.isLast) return 'more';
      if (next > stored) failures = 0;
      else if (!isUnsure) throw failed('write', uri, 'the server stores nothing more', { isTransient: true });
      stored = next;
      isUnsure = false;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
      failures += 1;
      if (failures >= client.patience.tries) throw giveUp(error, failures);
      isUnsure = true;
      await pause(client.patience, failures, signal);
    }
  }
}

function toHeaders(piece: PlacedPiece, from: number): Readonly<Record<string, string>> {
  const { offset, bytes, isLast, crc32c } = piece;
  const end = offset + bytes.length;
  const range = from === end ? '*' : `${from}-${end - 1}`;
  return {
    'content-range': `bytes ${range}/${isLast ? end : '*'}`,
    ...(isLast ? { 'x-goog-hash': `crc32c=${crc32c}` } : {}),
  };
}

/** How many bytes the server holds, by its answer 308. */
function toStored({ headers }: Answer): number {
  const last = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

async function settle(
  client: Client,
  { object, writeId, options }: Change,
  { status, text }: Answer,
): Promise<StoredObject | 'unmet'> {
  if (status === 412) return 'unmet';
  if (status < 300) return parseResource('write', object.bucket, text);
  // the session is gone; perhaps because it did its work, and only the answer was lost
  const present = await findObject(client, object, options.signal);
  if (present?.writeId === writeId) return present;
  throw failed('write', toObjectUri(object), 'the server has forgotten the upload');
}
