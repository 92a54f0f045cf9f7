import { isNotFound, show } from '../../errors.ts';
import { isObject } from '../../json-object.ts';
import type { ObjectInfo } from '../../ports/storage.ts';
import type { Client } from './client.ts';
import { call } from './exchange.ts';
import { type Doing, failed, notFound } from './failures.ts';
import { type ObjectName, toObjectUri } from './object-name.ts';

/**
 * The key, among an object's metadata, of the id of the write that made it. After a broken connection
 * nobody knows whether a write took place; who then finds its own id knows that it did.
 */
const WRITE_ID = 'scorestream-write-id';

/** An object as Cloud Storage gives it. */
export interface StoredObject {
  readonly info: ObjectInfo & { readonly crc32c: string };
  /** The id of the write that made it, when it was made here. */
  readonly writeId: string | undefined;
}

/** The metadata that a write attaches: what its caller gave, and its id. */
export function toMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
  writeId: string,
): Readonly<Record<string, string>> {
  return { ...metadata, [WRITE_ID]: writeId };
}

/** The URL of an object's resource, with a query; a value that is undefined is left out. */
export function toResourceUrl(
  { origin }: Client,
  { bucket, name }: ObjectName,
  query: Readonly<Record<string, string | undefined>> = {},
  action = '',
): string {
  return `${origin}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}${action}${toQuery(query)}`;
}

/** A query with its question mark; a value that is undefined is left out. */
export function toQuery(query: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** @throws ScorerError `OBJECT_NOT_FOUND` for what no generation is named like: the server would call it a bad request */
export function assertGeneration(uri: string, generation: string | undefined): void {
  if (generation === undefined || /^[1-9]\d{0,18}$/.test(generation)) return;
  throw notFound(uri, `has no generation ${show(generation)}`);
}

/** What is known of an object; see `Storage.stat`. */
export async function statObject(
  client: Client,
  object: ObjectName,
  options: { readonly generation?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<StoredObject> {
  const { generation, signal } = options;
  const uri = toObjectUri(object);
  assertGeneration(uri, generation);
  const url = toResourceUrl(client, object, { generation });
  const { text } = await call(client, { method: 'GET', url, doing: 'read', uri }, signal);
  return parseResource('read', object.bucket, text);
}

/** The object that is there now, if one is. */
export async function findObject(
  client: Client,
  object: ObjectName,
  signal: AbortSignal | undefined,
): Promise<StoredObject | undefined> {
  try {
    return await statObject(client, object, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Reads an object's resource. @throws ScorerError `STORAGE_FAILED` when the text is none */
export function parseResource(doing: Doing, bucket: string, text: string): StoredObject {
  return toStoredObject(doing, bucket, parseAnswer(doing, `gs://${bucket}`, text));
}

/** Reads an answer of the JSON API. @throws ScorerError `STORAGE_FAILED` when it is no JSON object */
export function parseAnswer(doing: Doing, uri: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw failed(doing, uri, 'the answer is not JSON', { cause });
  }
  throw failed(doing, uri, 'the answer is no JSON object');
}

/** Reads an object's resource. @throws ScorerError `STORAGE_FAILED` when a field is missing */
export function toStoredObject(doing: Doing, bucket: string, resource: unknown): StoredObject {
  const { name, generation, size, crc32c, contentType, updated, metadata } = isObject(resource)
    ? resource
    : {};
  if (
    typeof name !== 'string' ||
    typeof generation !== 'string' ||
    typeof crc32c !== 'string' ||
    !/^\d+$/.test(String(size))
  ) {
    throw failed(doing, `gs://${bucket}`, 'the answer describes no object');
  }
  const texts = isObject(metadata)
    ? Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];
  const updatedMs = typeof updated === 'string' ? Date.parse(updated) : Number.NaN;
  return {
    info: {
      uri: `gs://${bucket}/${name}`,
      generation,
      size: Number(size),
      crc32c,
      ...(typeof contentType === 'string' ? { contentType } : {}),
      ...(Number.isNaN(updatedMs) ? {} : { updatedMs }),
      metadata: Object.fromEntries(texts.filter(([key]) => key !== WRITE_ID)),
    },
    writeId: texts.find(([key]) => key === WRITE_ID)?.[1],
  };
}
