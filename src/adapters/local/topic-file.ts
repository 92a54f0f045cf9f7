import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../json-object.ts';

/**
 * The longest line of a topic file in bytes, without its line end. The largest message that a
 * topic takes (10,000,000 bytes) fits, as base64 where its text would need too many escapes.
 */
export const MAX_TOPIC_LINE_BYTES = 20_000_000;

const TOPIC_NAME = /^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/;
const FIRST_CHUNK_BYTES = 16 * 1024;
const MAX_CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
/** Quotes inside JSON strings are escaped, so these bytes begin a line or an attribute named so. */
const MESSAGE_START = Buffer.from('{"messageId":"');

/** A message as a topic keeps it. */
export interface TopicMessage {
  readonly messageId: string;
  /** ISO 8601 with milliseconds. */
  readonly publishTime: string;
  readonly orderingKey?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

/** A message and its place in the file: bytes from `offset` up to, not including, `nextOffset`. */
export interface TopicLine {
  readonly offset: number;
  readonly nextOffset: number;
  readonly message: TopicMessage;
}

/** Bytes that are no message: what a process killed in mid-write left, never an accepted message. */
export interface SkippedLine {
  readonly offset: number;
  readonly nextOffset: number;
  readonly reason: string;
}

/** How to read a topic file. */
export interface ReadTopicOptions {
  /** Byte at which a line begins. @default 0 */
  readonly from?: number;
  readonly signal?: AbortSignal;
  /** Told of every line that is passed over, blank ones excepted. */
  readonly onSkipped?: (skipped: SkippedLine) => void;
}

/** True for the names that Pub/Sub allows for topics and subscriptions; all are safe as file names. */
export function isTopicName(name: string): boolean {
  return TOPIC_NAME.test(name);
}

/** The file of a topic. The name must have passed {@link isTopicName}. */
export function topicPath(dataDir: string, topic: string): string {
  return join(dataDir, 'topics', `${topic}.ndjson`);
}

/**
 * A message as one line with its line end. Data is text where the bytes are UTF-8, so that people
 * can read it, else base64 under `data_base64`; every byte comes back from {@link decodeTopicLine}.
 */
export function encodeTopicLine(message: TopicMessage): Buffer {
  const { messageId, publishTime, orderingKey, attributes } = message;
  const data = Buffer.from(message.data.buffer, message.data.byteOffset, message.data.byteLength);
  const head = { messageId, publishTime, ...(orderingKey !== undefined && { orderingKey }), attributes };
  if (isUtf8(data)) {
    const line = Buffer.from(`${JSON.stringify({ ...head, data: data.toString('utf8') })}\n`);
    // Control characters take six bytes each in JSON; base64 never takes more than 4/3.
    if (line.length - 1 <= MAX_TOPIC_LINE_BYTES) return line;
  }
  return Buffer.from(`${JSON.stringify({ ...head, data_base64: data.toString('base64') })}\n`);
}

/** The message of a line without its line end, or undefined when it is none. */
export function decodeTopicLine(line: Uint8Array): TopicMessage | undefined {
  if (!isUtf8(line)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { messageId, publishTime, orderingKey, attributes = {}, data, data_base64: base64 } = value;
  if (typeof messageId !== 'string' || messageId === '' || typeof publishTime !== 'string') return undefined;
  if (orderingKey !== undefined && typeof orderingKey !== 'string') return undefined;
  if (!isTextRecord(attributes)) return undefined;
  const bytes =
    typeof data === 'string'
      ? Buffer.from(data, 'utf8')
      : typeof base64 === 'string'
        ? Buffer.from(base64, 'base64')
        : undefined;
  if (bytes === undefined) return undefined;
  return {
    messageId,
    publishTime,
    ...(orderingKey !== undefined && { orderingKey }),
    attributes,
    data: bytes,
  };
}

/**
 * The messages of a topic file up to its present end, in order and in flat memory. A last line
 * without its line end is still being written and does not come; a file that isn't there is empty.
 *
 * @throws the signal's reason once it is aborted, and what the file system throws
 */
export async function* readTopic(
  path: string,
  options: ReadTopicOptions = {},
): AsyncGenerator<TopicLine, void, undefined> {
  const { signal, onSkipped } = options;
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    let position = options.from ?? 0;
    let lineStart = position;
    let chunk = Buffer.allocUnsafe(FIRST_CHUNK_BYTES);
    let pieces: Buffer[] = [];
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return;
      const bytes = chunk.subarray(0, bytesRead);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        const nextOffset = position + end + 1;
        if (nextOffset - 1 - lineStart > MAX_TOPIC_LINE_BYTES) {
          const reason = `a line of more than ${MAX_TOPIC_LINE_BYTES} bytes`;
          onSkipped?.({ offset: lineStart, nextOffset, reason });
        } else {
          const last = bytes.subarray(start, end);
          const line = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
          const found = findMessage(line);
          if (found !== undefined) {
            const { message } = found;
            const offset = lineStart + found.at;
            if (found.at > 0) {
              const reason = 'not a message: most likely a write that was cut short';
              onSkipped?.({ offset: lineStart, nextOffset: message ? offset : nextOffset, reason });
            }
            if (message !== undefined) yield { offset, nextOffset, message };
          }
        }
        pieces = [];
        start = end + 1;
        lineStart = nextOffset;
      }
      position += bytesRead;
      // A line that is too long is only measured, not kept.
      if (position - lineStart > MAX_TOPIC_LINE_BYTES) pieces = [];
      else if (start < bytesRead) pieces.push(Buffer.from(bytes.subarray(start)));
      if (bytesRead === chunk.length && chunk.length < MAX_CHUNK_BYTES) {
        chunk = Buffer.allocUnsafe(chunk.length * 2);
      }
    }
  } finally {
    await file.close();
  }
}

/** The message whose line begins at a byte of the file; undefined when there is none. */
export async function readMessageAt(path: string, offset: number): Promise<TopicMessage | undefined> {
  for await (const line of readTopic(path, { from: offset })) {
    return line.offset === offset ? line.message : undefined;
  }
  return undefined;
}

/**
 * Where in a line its message begins (the line's length when it has none); undefined for a blank
 * line. A writer that looks at the last byte, finds a line end, and appends after another process
 * was killed in mid-write, leaves its line glued to the torn one: it was accepted, so it counts.
 */
function findMessage(line: Buffer): { readonly at: number; readonly message?: TopicMessage } | undefined {
  const whole = decodeTopicLine(line);
  if (whole !== undefined) return { at: 0, message: whole };
  for (let at = line.indexOf(MESSAGE_START, 1); at !== -1; at = line.indexOf(MESSAGE_START, at + 1)) {
    const message = decodeTopicLine(line.subarray(at));
    if (message !== undefined) return { at, message };
  }
  return line.toString('latin1').trim() === '' ? undefined : { at: line.length };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string');
}
