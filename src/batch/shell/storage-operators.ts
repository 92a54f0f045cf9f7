import { isNotFound, ScorerError } from '../../errors.ts';
import type { ObjectInfo, Storage } from '../../ports/storage.ts';
import type { Operators } from '../protocol/drive.ts';

/** Operations on storage alone. */
export type StorageOperators = Pick<
  Operators,
  'read' | 'stat' | 'create' | 'list' | 'compose' | 'remove' | 'answers'
>;

/** An object that is read whole is small: plans, records, markers, verdicts. */
const MAX_SMALL_BYTES = 64 * 1024 * 1024;

/** Does what the protocol asks of storage. */
export function createStorageOperators(storage: Storage, signal: AbortSignal): StorageOperators {
  const find = (uri: string, generation?: string): Promise<ObjectInfo | undefined> =>
    unlessGone(() => storage.stat(uri, { ...(generation === undefined ? {} : { generation }), signal }));
  return {
    async read({ uri }) {
      const info = await find(uri);
      if (info === undefined) return undefined;
      if (info.size > MAX_SMALL_BYTES) {
        throw new ScorerError(`${uri} has ${info.size} bytes: it is no object of a job.`, {
          code: 'INTERNAL',
        });
      }
      const { generation } = info;
      const bytes = await unlessGone(() => readAll(storage.read(uri, { generation, signal })));
      return bytes && { bytes, generation };
    },
    stat: ({ uri, generation }) => find(uri, generation),
    create: ({ uri, bytes, contentType }) =>
      storage.write(uri, bytes, { ...toCreation(contentType), signal }),
    async list({ prefix }) {
      const found: ObjectInfo[] = [];
      for await (const info of storage.list(prefix, { signal }))
        found.push({ ...info, uri: asAsked(prefix, info) });
      return found;
    },
    async compose({ uri, sources, contentType }) {
      const result = await unlessGone(() =>
        storage.compose(uri, sources, { ...toCreation(contentType), signal }),
      );
      return result ?? 'gone';
    },
    remove: ({ uri, generation }) =>
      storage.remove(uri, {
        ...(generation === undefined ? {} : { ifGenerationMatch: generation }),
        signal,
      }),
    async answers({ uri }) {
      try {
        for await (const _ of storage.list(uri, { signal })) break;
        return true;
      } catch (error) {
        if (error instanceof ScorerError && error.retryable && !signal.aborted) return false;
        throw error;
      }
    },
  };
}

/** A local object's name as paths have it, where a path was asked for: names are compared. */
function asAsked(prefix: string, { uri }: ObjectInfo): string {
  const isPath = uri.startsWith('file:') && !prefix.startsWith('file:');
  return isPath ? decodeURIComponent(new URL(uri).pathname) : uri;
}

/** Undefined where an object is not there. */
export async function unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @returns what makes a write take place only where nothing is */
export function toCreation(contentType: string | undefined) {
  return { ifGenerationMatch: '0', ...(contentType === undefined ? {} : { contentType }) };
}
