import assert from 'node:assert/strict';
import { createCrc32c } from '../../src/crc32c.ts';
import { ScorerError } from '../../src/errors.ts';

/** All bytes of an object that is read. */
export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

/** A source of these parts. */
export async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** A source that fails after these parts. */
export async function* failing(parts: readonly Uint8Array[], failure: Error): AsyncGenerator<Uint8Array> {
  yield* parts;
  throw failure;
}

/** Parts of the given lengths in turn, until the bytes end. */
export function split(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}

/** The same bytes every time, without a period that a chunk could hide. */
export function pseudoRandomBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x9e3779b9;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** The checksum as an object's facts gives it. */
export function crc32cOf(bytes: Uint8Array): string {
  const crc32c = createCrc32c();
  crc32c.update(bytes);
  return crc32c.digest();
}

/** Passes when `run` rejects with a ScorerError `OBJECT_NOT_FOUND`. */
export async function assertNotFound(run: () => Promise<unknown>): Promise<void> {
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof ScorerError, String(error));
    assert.equal(error.code, 'OBJECT_NOT_FOUND');
    return true;
  });
}
