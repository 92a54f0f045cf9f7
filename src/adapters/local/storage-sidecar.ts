import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isObject } from '../../json-object.ts';
import { hasCode, isNotThere } from './storage-errors.ts';
import { METADATA_FOLDER, TEMP_PREFIX } from './storage-path.ts';

/** What a file can't hold itself. */
export interface Sidecar {
  readonly crc32c?: string;
  /** Only when it isn't the one of the name's extension. */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.gz': 'application/gzip',
  '.onnx': 'application/octet-stream',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
};

/** The content type that the extension of a name stands for, if it is a known one. */
export function contentTypeOf(path: string): string | undefined {
  return CONTENT_TYPES[extname(path).toLowerCase()];
}

function sidecarPath(path: string): string {
  return join(dirname(path), METADATA_FOLDER, `${basename(path)}.json`);
}

/** The sidecar of one version, empty when there is none: then the file was put there by other means, or had nothing to add. */
export async function readSidecar(path: string, generation: string): Promise<Sidecar> {
  let text: string;
  try {
    text = await readFile(sidecarPath(path), 'utf8');
  } catch (error) {
    if (isNotThere(error)) return {};
    throw error;
  }
  return parseSidecar(text, generation);
}

/**
 * Writes the sidecar of the version to come, beside that of the version there now, so that the
 * object has its own at every moment of the change, whenever the writer dies.
 */
export async function writeSidecar(
  path: string,
  coming: { readonly generation: string; readonly sidecar: Sidecar },
  present: string | undefined,
): Promise<void> {
  const target = sidecarPath(path);
  const entries: Record<string, Sidecar> = {};
  if (present !== undefined) entries[present] = await readSidecar(path, present);
  entries[coming.generation] = coming.sidecar;
  await mkdir(dirname(target), { recursive: true });
  const temp = join(dirname(target), TEMP_PREFIX + randomUUID());
  try {
    const handle = await open(temp, 'wx');
    try {
      await handle.writeFile(`${JSON.stringify(entries)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temp, target);
  } finally {
    await rm(temp, { force: true });
  }
}

/** Removes the sidecar of an object whose new version has nothing to store. */
export async function removeSidecar(path: string): Promise<void> {
  try {
    await rm(sidecarPath(path), { force: true });
  } catch (error) {
    // a leftover is of another generation, so it is never read
    if (!hasCode(error, 'ENOTDIR', 'ENAMETOOLONG')) throw error;
  }
}

function parseSidecar(text: string, generation: string): Sidecar {
  let entry: unknown;
  try {
    const parsed: unknown = JSON.parse(text);
    entry = isObject(parsed) && Object.hasOwn(parsed, generation) ? parsed[generation] : undefined;
  } catch {
    // a person edited it: the object itself is whole, and what a sidecar adds is optional
    return {};
  }
  if (!isObject(entry)) return {};
  const { crc32c, contentType, metadata } = entry;
  return {
    ...(typeof crc32c === 'string' ? { crc32c } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(isObject(metadata) ? { metadata: textsOf(metadata) } : {}),
  };
}

function textsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(record).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
