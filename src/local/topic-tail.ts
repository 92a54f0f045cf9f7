import { stat } from 'node:fs/promises';
import { readTopic, type SkippedLine, type TopicLine } from '../adapters/local/topic-file.ts';

/** Where lines go, and whether there is room for more. */
export interface TopicTailTarget {
  /** Byte up to which the file was read; a file shorter than this is another file. */
  readonly position: number;
  hasRoom(): boolean;
  line(line: TopicLine): void;
  skipped(skipped: SkippedLine): void;
  /** The file is shorter than what was read of it; the position must be 0 after this. */
  shrunk(size: number): void;
  failed(error: unknown): void;
}

/** Follows a topic file. */
export interface TopicTail {
  /** Reads what came since, as far as there is room. Cheap when nothing came. */
  wake(): void;
  /** Reads on if reading ended for want of room. */
  resume(): void;
  /** Ends reading and waits for it. */
  stop(): Promise<void>;
}

/** A {@link TopicTail}; it has no timers of its own, whoever has them wakes it. */
export function createTopicTail(path: string, target: TopicTailTarget): TopicTail {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let wokenMeanwhile = false;
  let paused = false;
  /** Nothing to read as long as the file has this size: it may end in a line that isn't complete. */
  let sizeRead = 0;

  async function readOn(): Promise<void> {
    const size = await sizeOf(path);
    if (size < target.position) {
      target.shrunk(size);
      sizeRead = 0;
    }
    if (size === sizeRead) return;
    paused = !target.hasRoom();
    if (paused) return;
    const { signal } = stopping;
    const onSkipped = (skipped: SkippedLine) => target.skipped(skipped);
    for await (const line of readTopic(path, { from: target.position, signal, onSkipped })) {
      target.line(line);
      paused = !target.hasRoom();
      if (paused) return;
    }
    sizeRead = size;
  }

  async function run(): Promise<void> {
    try {
      do {
        wokenMeanwhile = false;
        await readOn();
      } while (wokenMeanwhile && !stopping.signal.aborted);
    } catch (error) {
      if (!stopping.signal.aborted) target.failed(error);
    } finally {
      running = undefined;
    }
  }

  function wake(): void {
    wokenMeanwhile = true;
    if (!stopping.signal.aborted) running ??= run();
  }

  return {
    wake,
    resume() {
      if (paused) wake();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Bytes of a file; 0 when it isn't there. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
