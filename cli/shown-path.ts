import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A path as a person types it in the current folder; the URI of something in Cloud Storage as it is. */
export function shownPath(path: string): string {
  if (isRemote(path)) return path;
  const shorter = relative('.', path);
  return shorter.startsWith('..') ? path : shorter || '.';
}

/** True for what is in Cloud Storage. */
export function isRemote(uri: string): boolean {
  return uri.startsWith('gs://');
}

/** The URI of an object as a person names it. */
export function shownUri(uri: string): string {
  return shownPath(uri.startsWith('file:') ? fileURLToPath(uri) : uri);
}
