import { clip, isNotFound, ScorerError } from '../../errors.ts';
import { isObject } from '../../json-object.ts';
import type { Storage } from '../../ports/storage.ts';
import { toDigest } from '../files.ts';

/** A version of a published manifest, as it was read. */
export interface PublishedManifest {
  readonly generation: string;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** A manifest is text that people read. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A manifest that is replaced while it is read is read again, so often. */
const MAX_READS = 5;

/** The URI of the manifest in a model's folder. */
export function toManifestUri(folder: string): string {
  return `${folder}/manifest.json`;
}

/** The manifest that is published in a folder now, if one is. */
export async function readPresent(
  storage: Storage,
  folder: string,
  signal: AbortSignal,
): Promise<PublishedManifest | undefined> {
  const uri = toManifestUri(folder);
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    let generation: string;
    try {
      ({ generation } = await storage.stat(uri, { signal }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    const present = await readVersion(storage, uri, generation, signal);
    if (present !== undefined) return present;
  }
  throw new ScorerError(`${uri} is replaced again and again while it is read.`, { code: 'STORAGE_FAILED' });
}

/** One version of a manifest; undefined when it is gone. */
export async function readVersion(
  storage: Storage,
  uri: string,
  generation: string,
  signal: AbortSignal,
): Promise<PublishedManifest | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of storage.read(uri, { generation, signal })) {
      size += chunk.length;
      if (size > MAX_BYTES) {
        throw new ScorerError(`${uri} has more than ${MAX_BYTES} bytes: it is no manifest.`, {
          code: 'MODEL_INVALID',
        });
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const bytes = Buffer.concat(chunks);
  return { generation, bytes, digest: toDigest(bytes) };
}

/**
 * Makes a manifest the published one, unless another is by now.
 *
 * @param seen what was published when this began
 * @returns the generation it has
 * @throws ScorerError `OUTPUT_CONFLICT` that tells what is published instead
 */
export async function writeManifest(
  storage: Storage,
  folder: string,
  bytes: Uint8Array,
  seen: PublishedManifest | undefined,
  signal: AbortSignal,
): Promise<string> {
  const uri = toManifestUri(folder);
  const result = await storage.write(uri, bytes, {
    ifGenerationMatch: seen?.generation ?? '0',
    contentType: 'application/json',
    signal,
  });
  if (result.written) return result.object.generation;
  const now = await readPresent(storage, folder, signal);
  throw new ScorerError(
    `${uri} was changed by someone else meanwhile: it was ${tell(seen)} and is ${tell(now)}. ` +
      'Nothing was published: look at that model, then try again.',
    { code: 'OUTPUT_CONFLICT', detail: { uri, generation: now?.generation, digest: now?.digest } },
  );
}

/** A manifest as people call it: `flight-delay 2 (9a08cdc4bf3a, generation 1795…)`. */
export function tell(manifest: PublishedManifest | undefined): string {
  if (manifest === undefined) return 'not there';
  const { bytes, digest, generation } = manifest;
  return `${toName(bytes)} (${digest}, generation ${generation})`;
}

function toName(bytes: Uint8Array): string {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (isObject(document)) return clip(`${document['name']} ${document['version']}`);
  } catch {
    // a broken one may be there: that is why a better one is published
  }
  return 'something that is no manifest';
}
