import { randomUUID } from 'node:crypto';
import { releaseSource, type Source } from '../../byte-source.ts';
import { createCrc32c } from '../../crc32c.ts';
import type { WriteOptions, WriteResult } from '../../ports/storage.ts';
import type { Client } from './client.ts';
import { failed } from './failures.ts';
import { type ObjectName, toObjectUri } from './object-name.ts';
import { createPieces, type Piece, type Pieces } from './pieces.ts';
import { type Change, changeObject } from './precondition.ts';
import { removeObject } from './remove.ts';
import { insertObject } from './upload.ts';
import { createUploadSession } from './upload-session.ts';

/** What is sent at once, and held in memory: a multiple of the 256 KiB that uploads in pieces are made of. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** Writes an object; see `Storage.write`. What fits in one piece goes in one request. */
export async function writeObject(
  client: Client,
  object: ObjectName,
  source: Source,
  options: WriteOptions,
): Promise<WriteResult> {
  const { signal } = options;
  if (signal?.aborted) {
    await releaseSource(source);
    throw signal.reason;
  }
  const change: Change = { object, writeId: randomUUID(), options };
  const pieces = createPieces(source, PIECE_BYTES, signal);
  try {
    const first = await pieces.next();
    return first.isLast
      ? await writeWhole(client, change, first.bytes)
      : await writeInPieces(client, change, first, pieces);
  } finally {
    await pieces.close();
  }
}

async function writeWhole(client: Client, change: Change, bytes: Uint8Array): Promise<WriteResult> {
  const crc32c = createCrc32c();
  crc32c.update(bytes);
  const sum = crc32c.digest();
  const result = await changeObject(client, change, { looksFirst: false }, (ifGenerationMatch) =>
    insertObject(client, change, bytes, sum, ifGenerationMatch),
  );
  return verified(client, change, result, sum);
}

async function writeInPieces(
  client: Client,
  change: Change,
  first: Piece,
  pieces: Pieces,
): Promise<WriteResult> {
  let sum = '';
  let isFirst = true;
  const rules = { looksFirst: true, mayRepeat: () => isFirst };
  const result = await changeObject(client, change, rules, async (ifGenerationMatch) => {
    const session = await createUploadSession(client, change, ifGenerationMatch);
    if (session === 'unmet') return session;
    const crc32c = createCrc32c();
    for (let piece = first; ; piece = await pieces.next()) {
      isFirst = piece === first;
      crc32c.update(piece.bytes);
      sum = crc32c.digest();
      const sent = await session.send(piece, sum);
      if (sent !== 'more') return sent;
    }
  });
  return verified(client, change, result, sum);
}

/** Takes back what was stored otherwise than it was sent. @throws ScorerError `STORAGE_FAILED` then */
async function verified(
  client: Client,
  { object, options }: Change,
  result: WriteResult,
  sent: string,
): Promise<WriteResult> {
  if (!result.written || result.object.crc32c === sent) return result;
  const { generation, crc32c } = result.object;
  const { signal } = options;
  await removeObject(client, object, { ifGenerationMatch: generation, ...(signal ? { signal } : {}) });
  throw failed(
    'write',
    toObjectUri(object),
    `bytes with the CRC-32C ${sent} were sent, and bytes with ${crc32c} arrived`,
  );
}
