import { open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { usage } from './command.ts';

/** Larger chunks make more garbage at once, and nothing faster. */
const CHUNK_BYTES = 64 * 1024;

/** A file, or standard input, that is read once. */
export interface Input {
  /** Its size; absent for what is no regular file. */
  readonly totalBytes?: number;
  /** How many bytes were handed out. */
  readBytes(): number;
  /**
   * Its bytes, until the end or until the signal aborts, even while nothing comes.
   *
   * @throws ScorerError `USAGE` when it can't be read on
   */
  read(signal: AbortSignal): AsyncGenerator<Uint8Array>;
}

/**
 * Opens a file; `-` is standard input.
 *
 * @throws ScorerError `USAGE` when it can't be opened, or is a folder
 */
export async function openInput(file: string): Promise<Input> {
  if (file === '-') return toInput(process.stdin, 'Standard input');
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const stats = await handle.stat();
  if (stats.isDirectory()) {
    await handle.close();
    throw usage(`${file} is a folder: name one file.`);
  }
  const stream = handle.createReadStream({ highWaterMark: CHUNK_BYTES });
  return { ...toInput(stream, file), ...(stats.isFile() ? { totalBytes: stats.size } : {}) };
}

function toInput(stream: Readable, name: string): Input {
  let bytes = 0;
  return {
    readBytes: () => bytes,
    async *read(signal) {
      addAbortSignal(signal, stream);
      try {
        for await (const chunk of stream) {
          bytes += (chunk as Buffer).length; // no encoding is set
          yield chunk as Buffer;
        }
      } catch (error) {
        throw signal.aborted ? error : unreadable(name, error);
      }
    },
  };
}

function unreadable(name: string, error: unknown): Error {
  return usage(`${name} can't be read (${error instanceof Error ? error.message : error}).`);
}
