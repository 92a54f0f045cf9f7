import { randomUUID } from 'node:crypto';
import type { Client } from './client.ts';
import { type Answer, call } from './exchange.ts';
import { missingBucket } from './failures.ts';
import { toObjectUri } from './object-name.ts';
import type { Change } from './precondition.ts';
import { parseResource, type StoredObject, toMetadata, toQuery } from './resource.ts';

/** What begins an upload. */
export interface UploadStart {
  readonly uploadType: 'multipart' | 'resumable';
  readonly ifGenerationMatch: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
}

/** Begins an upload: https://cloud.google.com/storage/docs/json_api/v1/objects/insert. 412 is an answer. */
export async function startUpload(client: Client, change: Change, start: UploadStart): Promise<Answer> {
  const { object, options } = change;
  const { uploadType, ifGenerationMatch, headers, body } = start;
  const query = toQuery({ uploadType, name: object.name, ifGenerationMatch });
  const url = `${client.origin}/upload/storage/v1/b/${object.bucket}/o${query}`;
  const uri = toObjectUri(object);
  const answer = await call(
    client,
    { method: 'POST', url, headers, body, expected: [404, 412], doing: 'write', uri },
    options.signal,
  );
  if (answer.status === 404) throw missingBucket('write', uri);
  return answer;
}

/** Writes an object in one request; `unmet` when the precondition does not hold. */
export async function insertObject(
  client: Client,
  change: Change,
  bytes: Uint8Array,
  crc32c: string,
  ifGenerationMatch: string,
): Promise<StoredObject | 'unmet'> {
  const { contentType, ...rest } = toUploadMetadata(change);
  const boundary = randomUUID();
  const part = (type: string) => `--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
  const { status, text } = await startUpload(client, change, {
    uploadType: 'multipart',
    ifGenerationMatch,
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body: [
      Buffer.from(part('application/json; charset=UTF-8')),
      // with the checksum beside them, the server refuses other bytes
      Buffer.from(JSON.stringify({ ...rest, contentType, crc32c })),
      Buffer.from(`\r\n${part(contentType)}`),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ],
  });
  return status === 412 ? 'unmet' : parseResource('write', change.object.bucket, text);
}

/** What is stored beside an object's bytes. */
export function toUploadMetadata({ writeId, options }: Change): {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
} {
  return {
    contentType: options.contentType ?? 'application/octet-stream',
    metadata: toMetadata(options.metadata, writeId),
  };
}
