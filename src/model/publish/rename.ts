import { elementPlaces, findMember, type Place } from '../../decode/json-places.ts';
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
  const member = (name: string): Place[] => {
    const place = findMember(manifest, 0, name);
    return place === undefined ? [] : [place];
  };
  const data = member('data').flatMap(({ start }) => [...elementPlaces(manifest, start)]);
  const edits = [...member('model'), ...member('golden'), ...data].map(({ start }, index) => {
    const place = findMember(manifest, start, 'file');
    const name = files[index]?.name;
    if (place === undefined || name === undefined) throw new Error('a manifest names its files'); // its schema says so
    return { ...place, name };
  });
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const { start, end, name } of edits.toSorted((a, b) => a.start - b.start)) {
    const isSame = JSON.parse(Buffer.from(manifest.subarray(start, end)).toString()) === name;
    parts.push(
      manifest.subarray(done, start),
      isSame ? manifest.subarray(start, end) : Buffer.from(JSON.stringify(name)),
    );
    done = end;
  }
  return Buffer.concat([...parts, manifest.subarray(done)]);
}
