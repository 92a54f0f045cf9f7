import { randomUUID } from 'node:crypto';
import { orAbort } from '../../byte-source.ts';
import { isNotFound } from '../../errors.ts';
import type { WriteOptions, WriteResult } from '../../ports/storage.ts';
import { assertSourceCount } from '../../ports/storage-arguments.ts';
import type { Client } from './client.ts';
import { call } from './exchange.ts';
import { isTransient, notFound } from './failures.ts';
import { type ObjectName, toObjectUri } from './object-name.ts';
import { type Change, changeObject } from './precondition.ts';
import { findObject, parseResource, type StoredObject, toMetadata, toResourceUrl } from './resource.ts';

/** Joins objects into one; see `Storage.compose`. */
export async function composeObject(
  client: Client,
  object: ObjectName,
  sources: readonly ObjectName[],
  options: WriteOptions,
): Promise<WriteResult> {
  assertSources(object, sources);
  options.signal?.throwIfAborted();
  const change: Change = { object, writeId: randomUUID(), options };
  // it looks first, because not every server checks the precondition here, and so nothing may come between
  return inTurn(client, toObjectUri(object), options.signal, () =>
    changeObject(client, change, { looksFirst: true }, async (ifGenerationMatch) => {
      try {
        return await tryCompose(client, change, sources, ifGenerationMatch);
      } catch (error) {
        // that a source is missing, an answer may tell of the target, or not at all
        if (isNotFound(error) || isTransient(error)) await assertThere(client, sources, options.signal);
        throw error;
      }
    }),
  );
}

/** Makes the joins of one object by this client one after the other. */
async function inTurn<T>(
  { joins }: Client,
  uri: string,
  signal: AbortSignal | undefined,
  join: () => Promise<T>,
): Promise<T> {
  const before = joins.get(uri);
  const turn = orAbort(Promise.resolve(before), signal).then(join);
  const ended = Promise.allSettled([before, turn]);
  joins.set(uri, ended);
  try {
    return await turn;
  } finally {
    if (joins.get(uri) === ended) joins.delete(uri);
  }
}

/** A join is silent until it is done, and a server may copy gigabytes for it: it has so many times as long. */
const LONGER = 4;

/** https://cloud.google.com/storage/docs/json_api/v1/objects/compose */
async function tryCompose(
  client: Client,
  { object, writeId, options }: Change,
  sources: readonly ObjectName[],
  ifGenerationMatch: string,
): Promise<StoredObject | 'unmet'> {
  const { contentType, metadata, signal } = options;
  const description = {
    sourceObjects: sources.map(({ name }) => ({ name })),
    destination: {
      ...(contentType === undefined ? {} : { contentType }),
      metadata: toMetadata(metadata, writeId),
    },
  };
  const uri = toObjectUri(object);
  const { patience } = client;
  const { status, text } = await call(
    { ...client, patience: { ...patience, silenceMs: LONGER * patience.silenceMs } },
    {
      method: 'POST',
      url: toResourceUrl(client, object, { ifGenerationMatch }, '/compose'),
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: [Buffer.from(JSON.stringify(description))],
      expected: [412],
      doing: 'write',
      uri,
    },
    signal,
  );
  return status === 412 ? 'unmet' : parseResource('write', object.bucket, text);
}

function assertSources({ bucket }: ObjectName, sources: readonly ObjectName[]): void {
  assertSourceCount(sources.length);
  const stranger = sources.find((source) => source.bucket !== bucket);
  if (stranger !== undefined) {
    throw new RangeError(`Objects are joined within their bucket ${bucket}: got one of ${stranger.bucket}.`);
  }
}

async function assertThere(
  client: Client,
  sources: readonly ObjectName[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await Promise.all(sources.map((source) => findObject(client, source, signal)));
  const missing = sources.find((_, index) => found[index] === undefined);
  if (missing !== undefined) throw notFound(toObjectUri(missing), 'is not there');
}
