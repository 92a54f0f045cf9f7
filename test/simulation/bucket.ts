import type { ObjectInfo, RemoveResult, WriteResult } from '../../src/ports/storage.ts';
import { type Content, joinContents } from './content.ts';

/** An object of the simulated storage. */
export interface Held {
  readonly content: Content;
  readonly generation: string;
  /** Which delivery wrote it. */
  readonly writer: number;
}

/** A simulated storage: strongly consistent, with generations, every operation at once. */
export interface Bucket {
  get(uri: string): Held | undefined;
  stat(uri: string, generation?: string): ObjectInfo | undefined;
  /** Writes unless it is there. */
  create(uri: string, content: Content, writer: number): WriteResult;
  compose(uri: string, sources: readonly string[], writer: number): WriteResult | 'gone';
  remove(uri: string, generation?: string): RemoveResult;
  list(prefix: string): readonly ObjectInfo[];
  /** How often each object was written since it was forgotten last. */
  readonly writes: Map<string, number>;
}

/** Creates an empty storage. */
export function createBucket(): Bucket {
  const objects = new Map<string, Held>();
  const folders = new Map<string, Map<string, Held>>();
  const writes = new Map<string, number>();
  let generations = 1000;
  const toInfo = (uri: string, { content, generation }: Held): ObjectInfo => ({
    uri,
    generation,
    size: content.size,
    crc32c: content.crc32c,
    metadata: {},
  });
  const put = (uri: string, content: Content, writer: number): WriteResult => {
    const there = objects.get(uri);
    if (there !== undefined) return { written: false, object: toInfo(uri, there) };
    generations += 1;
    const held = { content, generation: String(generations), writer };
    objects.set(uri, held);
    const folder = folderOf(uri);
    const siblings = folders.get(folder) ?? new Map<string, Held>();
    folders.set(folder, siblings.set(uri, held));
    writes.set(uri, (writes.get(uri) ?? 0) + 1);
    return { written: true, object: { ...toInfo(uri, held), crc32c: content.crc32c } };
  };
  return {
    writes,
    get: (uri) => objects.get(uri),
    stat(uri, generation) {
      const held = objects.get(uri);
      if (held === undefined || (generation !== undefined && held.generation !== generation))
        return undefined;
      return toInfo(uri, held);
    },
    create: put,
    compose(uri, sources, writer) {
      if (sources.length < 1 || sources.length > 32) throw new RangeError(`${sources.length} sources`);
      // as Cloud Storage: a missing source is told before a precondition that does not hold
      const contents = sources.flatMap((source) => objects.get(source)?.content ?? []);
      return contents.length < sources.length ? 'gone' : put(uri, joinContents(contents), writer);
    },
    remove(uri, generation) {
      const held = objects.get(uri);
      if (held === undefined) return 'gone';
      if (generation !== undefined && held.generation !== generation) return 'changed';
      objects.delete(uri);
      const siblings = folders.get(folderOf(uri));
      siblings?.delete(uri);
      if (siblings?.size === 0) folders.delete(folderOf(uri));
      return 'removed';
    },
    list(prefix) {
      const within = folders.get(folderOf(prefix));
      const found = prefix.endsWith('/')
        ? [...folders].filter(([folder]) => folder.startsWith(prefix)).flatMap(([, held]) => [...held])
        : [...(within ?? [])].filter(([uri]) => uri.startsWith(prefix));
      return found
        .map(([uri, held]) => toInfo(uri, held))
        .sort((a, b) => (a.uri < b.uri ? -1 : Number(a.uri > b.uri)));
    },
  };
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}
