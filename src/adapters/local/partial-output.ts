import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../json-object.ts';
import type { OpenPartialOutput, PartialOutput } from '../../ports/partial-output.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { isNotThere, onDisk } from './storage-errors.ts';
import { statObject, versionAt } from './storage-read.ts';

/** The names of what is not complete: no program takes them for CSV. */
const PREDICTIONS = 'predictions.csv.partial';
const ERRORS = 'errors.csv.partial';
const CHECKPOINT = 'checkpoint.json';

/** The sizes that the outputs had when the note was kept. */
interface Checkpoint {
  readonly predictions: number;
  readonly errors: number;
  readonly note: object;
}

/** Opens partial outputs in a local folder. */
export const openPartialOutput: OpenPartialOutput = async (folder) => {
  await onDisk('write', folder, () => mkdir(folder, { recursive: true }));
  const lock = await lockFolder(folder);
  try {
    const predictions = await openGrowing(join(folder, PREDICTIONS));
    try {
      return createPartialOutput(folder, lock, predictions, await openGrowing(join(folder, ERRORS)));
    } catch (error) {
      await predictions.handle.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
};

/** A file that is only appended to, and how long it is. */
interface Growing {
  readonly path: string;
  readonly handle: FileHandle;
  size: number;
}

async function openGrowing(path: string): Promise<Growing> {
  const handle = await onDisk('write', path, () => open(path, constants.O_RDWR | constants.O_CREAT));
  return { path, handle, size: 0 };
}

function createPartialOutput(
  folder: string,
  lock: FolderLock,
  predictions: Growing,
  errors: Growing,
): PartialOutput {
  const checkpointPath = join(folder, CHECKPOINT);
  const cut = async (to: Pick<Checkpoint, 'predictions' | 'errors'>): Promise<void> => {
    await truncate(predictions, to.predictions);
    await truncate(errors, to.errors);
  };
  const closeFiles = async (): Promise<void> => {
    await Promise.allSettled([predictions.handle.close(), errors.handle.close()]);
  };
  return {
    async restore() {
      const saved = await readCheckpoint(checkpointPath);
      const isWhole =
        saved !== undefined &&
        (await sizeOf(predictions)) >= saved.predictions &&
        (await sizeOf(errors)) >= saved.errors;
      await cut(isWhole ? saved : { predictions: 0, errors: 0 });
      return isWhole ? saved.note : undefined;
    },
    async restart() {
      await onDisk('write', checkpointPath, () => rm(checkpointPath, { force: true }));
      await cut({ predictions: 0, errors: 0 });
    },
    async append(rows, failed) {
      lock.assertHeld();
      await Promise.all([appendTo(predictions, rows), appendTo(errors, failed)]);
    },
    async save(note) {
      lock.assertHeld();
      const checkpoint: Checkpoint = { predictions: predictions.size, errors: errors.size, note };
      const draft = `${checkpointPath}.new`;
      await onDisk('write', checkpointPath, async () => {
        await writeFile(draft, `${JSON.stringify({ ...checkpoint, sha256: toChecksum(checkpoint) })}\n`);
        await rename(draft, checkpointPath);
      });
    },
    async publish() {
      const [predictionsPath, errorsPath] = [join(folder, 'predictions.csv'), join(folder, 'errors.csv')];
      await onDisk('write', folder, async () => {
        await closeFiles();
        lock.assertHeld();
        // without a verdict nothing counts, so that no moment shows new rows under an old one
        await rm(join(folder, 'job.json'), { force: true });
        await rename(predictions.path, predictionsPath);
        await rename(errors.path, errorsPath);
        await rm(checkpointPath, { force: true });
      });
      return { predictions: await statObject(predictionsPath), errors: await statObject(errorsPath) };
    },
    async discard() {
      await closeFiles();
      lock.assertHeld();
      // beside a verdict there are results of an earlier run; without one, who knows whose files those are
      const results = (await isThere(join(folder, 'job.json'))) ? ['predictions.csv', 'errors.csv'] : [];
      for (const name of [...results, CHECKPOINT, PREDICTIONS, ERRORS]) {
        const path = join(folder, name);
        await onDisk('write', path, () => rm(path, { force: true }));
      }
    },
    async close() {
      await closeFiles();
      await lock.release();
    },
  };
}

async function appendTo(file: Growing, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    const { bytesWritten } = await onDisk('write', file.path, () =>
      file.handle.write(bytes, written, rest, file.size),
    );
    written += bytesWritten;
    file.size += bytesWritten;
  }
}

async function truncate(file: Growing, size: number): Promise<void> {
  await onDisk('write', file.path, () => file.handle.truncate(size));
  file.size = size;
}

async function sizeOf({ path, handle }: Growing): Promise<number> {
  return (await onDisk('read', path, () => handle.stat())).size;
}

/** A checkpoint that was edited, or came from elsewhere, would leave rows out. */
function toChecksum({ predictions, errors, note }: Checkpoint): string {
  return hash('sha256', JSON.stringify([predictions, errors, note]));
}

/** Undefined where there is none, or one that is broken: then all is done again. */
async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isObject(value) || !isObject(value['note'])) return undefined;
    const { predictions, errors, note } = value;
    if (!isSize(predictions) || !isSize(errors)) return undefined;
    const checkpoint = { predictions, errors, note: note as object };
    return value['sha256'] === toChecksum(checkpoint) ? checkpoint : undefined;
  } catch (error) {
    if (isNotThere(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await versionAt(path)) !== undefined;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
