import type { ListOptions, ObjectInfo } from '../../ports/storage.ts';
import type { Client } from './client.ts';
import { call } from './exchange.ts';
import { missingBucket } from './failures.ts';
import type { ObjectName } from './object-name.ts';
import { parseAnswer, toQuery, toStoredObject } from './resource.ts';

const FIELDS = 'nextPageToken,items(name,generation,size,crc32c,contentType,updated,metadata)';

/**
 * The objects whose names begin with `prefix.name`, a page in memory at a time; see `Storage.list`.
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list
 */
export async function* listObjects(
  client: Client,
  prefix: ObjectName,
  { versions = false, signal }: ListOptions,
): AsyncGenerator<ObjectInfo, void> {
  /** Those of one name, which may go on with the next page. */
  let same: ObjectInfo[] = [];
  for await (const info of pagesOf(client, prefix, versions, signal)) {
    if (same[0] !== undefined && same[0].uri !== info.uri) {
      yield* same.sort(byGeneration);
      same = [];
    }
    same.push(info);
  }
  yield* same.sort(byGeneration);
}

async function* pagesOf(
  client: Client,
  { bucket, name }: ObjectName,
  versions: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo, void> {
  const uri = `gs://${bucket}/${name}`;
  let pageToken: string | undefined;
  do {
    signal?.throwIfAborted();
    const query = toQuery({
      prefix: name,
      versions: versions ? 'true' : undefined,
      fields: FIELDS,
      pageToken,
    });
    const url = `${client.origin}/storage/v1/b/${bucket}/o${query}`;
    const { status, text } = await call(
      client,
      { method: 'GET', url, expected: [404], doing: 'list', uri },
      signal,
    );
    if (status === 404) throw missingBucket('list', uri);
    const { items, nextPageToken } = parseAnswer('list', uri, text);
    for (const item of Array.isArray(items) ? items : []) yield toStoredObject('list', bucket, item).info;
    pageToken = typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : undefined;
  } while (pageToken !== undefined);
}

/** Not every server orders the versions of a name, oldest first. */
function byGeneration(a: ObjectInfo, b: ObjectInfo): number {
  const [left, right] = [BigInt(a.generation), BigInt(b.generation)];
  return left < right ? -1 : left > right ? 1 : 0;
}
