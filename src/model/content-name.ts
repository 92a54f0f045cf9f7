import type { PinnedFile } from './manifest.ts';

/** Hex digits of a file's sha256 in its name. */
const DIGITS = 12;

/**
 * The name under which a file is published: `<stem>-<first 12 hex of its sha256>.<extension>`. Another
 * content has another name, so what was published once is never overwritten.
 *
 * @param stem instead of the file's own
 */
export function toContentName(pinned: PinnedFile, stem?: string): string {
  const { stem: own, extension } = split(toOwnName(pinned));
  return `${stem ?? own}${markOf(pinned)}${extension}`;
}

/** The name that a file had before it was published under that of its content; else the one it has. */
export function toOwnName(pinned: PinnedFile): string {
  const { stem, extension } = split(pinned.file);
  const mark = markOf(pinned);
  return stem.endsWith(mark) && stem !== mark ? stem.slice(0, -mark.length) + extension : pinned.file;
}

/** True when a file is named by its content: under that name there can be nothing else. */
export function isContentNamed(pinned: PinnedFile): boolean {
  return toOwnName(pinned) !== pinned.file;
}

function markOf({ sha256 }: PinnedFile): string {
  return `-${sha256.slice(0, DIGITS)}`;
}

/** The extension is what follows the last point, with it. */
function split(file: string): { readonly stem: string; readonly extension: string } {
  const point = file.lastIndexOf('.');
  return point < 1
    ? { stem: file, extension: '' }
    : { stem: file.slice(0, point), extension: file.slice(point) };
}
