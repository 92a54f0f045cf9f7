import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ScorerError, show } from '../../errors.ts';
import { nearest } from '../../nearest.ts';

/** Files of this adapter that are not objects: what is being written, and locks. */
export const TEMP_PREFIX = '.tmp-';

/** The folder beside the objects that holds what a file can't: their metadata. */
export const METADATA_FOLDER = '.metadata';

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * The absolute path of a `file:` URL or of a plain path, which is taken literally (`%`, `#` and `?`
 * are characters of the name) and from the current folder when relative.
 *
 * @throws ScorerError `INVALID_MESSAGE` when it names no local file
 */
export function toObjectPath(uri: string): string {
  const path = uri.toLowerCase().startsWith('file:') ? fromFileUrl(uri) : fromPlainPath(uri);
  // resolve() drops a final separator, which would make `a.csv/` the object `a.csv`
  return path.endsWith('/') || path.endsWith(sep) ? resolve(path) + sep : resolve(path);
}

/** The file URL of an absolute path. */
export function toUri(path: string): string {
  return pathToFileURL(path).href;
}

/** False for folders and for what this adapter keeps beside the objects. */
export function isObjectPath(path: string): boolean {
  return (
    !path.endsWith(sep) &&
    !basename(path).startsWith(TEMP_PREFIX) &&
    basename(path) !== METADATA_FOLDER &&
    basename(dirname(path)) !== METADATA_FOLDER
  );
}

/**
 * The path of an object in a folder that stands for a bucket.
 *
 * @throws ScorerError `INVALID_MESSAGE` for an unknown bucket or a name that would leave the folder
 */
export function objectPathInBucket(
  buckets: Readonly<Record<string, string>>,
  bucket: string,
  name: string,
): string {
  const folder = Object.hasOwn(buckets, bucket) ? buckets[bucket] : undefined;
  if (folder === undefined) throw unknownBucket(buckets, bucket);
  const fault = faultOfName(name);
  if (fault !== undefined) {
    throw new ScorerError(`The object name ${show(name)} can't be a file below ${folder}: ${fault}.`, {
      code: 'INVALID_MESSAGE',
      detail: { bucket, name },
    });
  }
  return join(resolve(folder), ...name.split('/'));
}

function unknownBucket(buckets: Readonly<Record<string, string>>, bucket: string): ScorerError {
  const known = Object.keys(buckets);
  const near = nearest(bucket, known);
  const hint =
    near !== undefined
      ? `; did you mean ${show(near)}?`
      : `; there is ${known.length === 0 ? 'none' : known.map(show).join(', ')}.`;
  return new ScorerError(`No folder stands for the bucket ${show(bucket)}${hint}`, {
    code: 'INVALID_MESSAGE',
    detail: { bucket, known },
  });
}

function faultOfName(name: string): string | undefined {
  if (name.includes('\0')) return 'it has a NUL character';
  if (!name.isWellFormed()) return 'it is not well-formed Unicode';
  if (process.platform === 'win32' && /[\\:]/.test(name)) return 'it has a backslash or a colon';
  const segments = name.split('/');
  if (segments.includes('')) return 'a part between slashes is empty';
  if (segments.includes('..') || segments.includes('.')) return 'it has a part "." or ".."';
  if (segments.includes(METADATA_FOLDER) || segments.at(-1)?.startsWith(TEMP_PREFIX)) {
    return `"${METADATA_FOLDER}" and names from "${TEMP_PREFIX}" on are kept for the storage itself`;
  }
  return undefined;
}

function fromPlainPath(uri: string): string {
  const scheme = SCHEME.exec(uri)?.[1];
  if (scheme !== undefined) throw invalidUri(uri, `${scheme}:// is not on this machine`);
  if (uri === '') throw invalidUri(uri, 'it is empty');
  if (uri.includes('\0')) throw invalidUri(uri, 'it has a NUL character');
  return uri;
}

function fromFileUrl(uri: string): string {
  let url: URL;
  let path: string;
  try {
    url = new URL(uri);
    path = fileURLToPath(url);
  } catch (error) {
    throw invalidUri(uri, error instanceof Error ? error.message : 'it is no file URL', error);
  }
  // dropping them, as URLs do, would silently name another file
  if (url.search !== '' || url.hash !== '') {
    throw invalidUri(uri, 'in a file URL a ? of the name is written %3F and a # is written %23');
  }
  if (path.includes('\0')) throw invalidUri(uri, 'it has a NUL character');
  return path;
}

function invalidUri(uri: string, fault: string, cause?: unknown): ScorerError {
  return new ScorerError(`${show(uri)} names no local file: ${fault}.`, {
    code: 'INVALID_MESSAGE',
    cause,
    detail: { uri },
  });
}
