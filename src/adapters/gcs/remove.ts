import { isNotFound } from '../../errors.ts';
import type { RemoveOptions, RemoveResult } from '../../ports/storage.ts';
import type { Client } from './client.ts';
import { call } from './exchange.ts';
import { type ObjectName, toObjectUri } from './object-name.ts';
import { findObject, toResourceUrl } from './resource.ts';

/** Removes an object; see `Storage.remove`. It looks before, too: not every server checks the precondition here. */
export async function removeObject(
  client: Client,
  object: ObjectName,
  { ifGenerationMatch, signal }: RemoveOptions,
): Promise<RemoveResult> {
  if (ifGenerationMatch !== undefined) {
    const present = await findObject(client, object, signal);
    if (present === undefined) return 'gone';
    if (present.info.generation !== ifGenerationMatch) return 'changed';
  }
  const url = toResourceUrl(client, object, { ifGenerationMatch });
  const uri = toObjectUri(object);
  const request = { method: 'DELETE', url, expected: [412], doing: 'remove', uri } as const;
  try {
    return (await call(client, request, signal)).status === 412 ? 'changed' : 'removed';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    throw error;
  }
}
