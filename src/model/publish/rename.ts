import { elementPlaces, findMember, type Place } from '../../decode/json-places.ts';
import { decodeUtf8 } from '../../decode/text.ts';
import { ScorerError, show } from '../../errors.ts';
import { toContentName } from '../content-name.ts';
import type { Manifest, PinnedFile } from '../manifest.ts';

/** A file of a manifest, and the name that it is published under. */
export interface RenamedFile {
  readonly pinned: PinnedFile;
  readonly name: string;
}

/** As the manifest's schema allows them. */
const MAX_NAME_LENGTH = 255;

/**
 * The files of a manifest with the names they are published under: the model and the golden file by what
 * they are, the others by what they are called.
 *
 * @throws ScorerError `MODEL_INVALID` when one would be longer than a manifest may name
 */
export function nameFiles({ model, golden, data }: Manifest): readonly RenamedFile[] {
  const files = [
    { pinned: model, name: toContentName({ ...model, file: 'model.onnx' }) },
    ...(golden === undefined
      ? []
      : [{ pinned: golden, name: toContentName({ ...golden, file: 'golden.json' }) }]),
    ...data.map((pinned) => ({ pinned, name: toContentName(pinned) })),
  ];
  const tooLong = files.find(({ name }) => name.length > MAX_NAME_LENGTH);
  if (tooLong === undefined) return files;
  throw new ScorerError(
    `${show(tooLong.pinned.file)} can't be published: ${tooLong.name.length} characters are too many for a name.`,
    { code: 'MODEL_INVALID' },
  );
}

/**
 * A manifest with other names for its files. Every other byte stays as it is.
 *
 * @param manifest bytes that `parseManifest` accepts
 */
export function renameFiles(manifest: Uint8Array, files: readonly RenamedFile[]): Buffer {
  const text = decodeUtf8(manifest, 'The manifest');
  const member = (name: string): Place[] => {
    const place = findMember(text, 0, name);
    return place === undefined ? [] : [place];
  };
  const data = member('data').flatMap(({ start }) => [...elementPlaces(text, start)]);
  const edits = [...member('model'), ...member('golden'), ...data].map(({ start }, index) => {
    const place = findMember(text, start, 'file');
    const name = files[index]?.name;
    if (place === undefined || name === undefined) throw new Error('a manifest names its files'); // its schema says so
    return { ...place, name };
  });
  let renamed = text;
  for (const { start, end, name } of edits.toSorted((a, b) => b.start - a.start)) {
    if (JSON.parse(text.slice(start, end)) === name) continue;
    renamed = renamed.slice(0, start) + JSON.stringify(name) + renamed.slice(end);
  }
  const hasMark = manifest[0] === 0xef; // a byte order mark, which decoding drops
  return Buffer.concat([hasMark ? manifest.subarray(0, 3) : Buffer.alloc(0), Buffer.from(renamed)]);
}
