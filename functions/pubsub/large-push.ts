import { parseJson } from '../../src/decode/json.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError } from '../../src/errors.ts';
import { decodeBase64Bytes } from './base64.ts';
import { isWrappedPush, type WrappedPush } from './wrapped-push.ts';

/** Shorter data is not worth looking for. */
const LARGE_DATA_BYTES = 128 * 1024;

const QUOTE = 0x22;

/**
 * Reads a wrapped push whose data is large without making a string of it: as text and as a part of the parsed
 * document, a message of 10 MB would take 27 MB more.
 *
 * @returns the push, its data decoded; undefined for every other body, and for what is not valid
 */
export function readLargePush(body: Uint8Array): WrappedPush | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const place = findLargeData(bytes);
  if (place === undefined) return undefined;
  const stand = crypto.randomUUID();
  const rest = [bytes.subarray(0, place.start), Buffer.from(stand), bytes.subarray(place.end)];
  const document = tryParse(Buffer.concat(rest));
  if (!isWrappedPush(document) || document.message['data'] !== stand) return undefined;
  const data = decodeBase64Bytes(bytes.subarray(place.start, place.end));
  return data && { ...document, message: { ...document.message, data } };
}

/** Where the first long string stands that is the value of a member `data`, without its quotes. */
function findLargeData(bytes: Buffer): { readonly start: number; readonly end: number } | undefined {
  if (bytes.length < LARGE_DATA_BYTES) return undefined;
  for (let at = bytes.indexOf('"data"'); at !== -1; at = bytes.indexOf('"data"', at + 1)) {
    const before = /^"data"[ \t\r\n]*:[ \t\r\n]*"/.exec(bytes.toString('latin1', at, at + 64))?.[0];
    if (before === undefined) continue;
    const start = at + before.length;
    const end = bytes.indexOf(QUOTE, start);
    if (end - start >= LARGE_DATA_BYTES) return { start, end };
  }
  return undefined;
}

/** Parses bytes as JSON; undefined for what is none. */
export function tryParse(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeUtf8(bytes, 'The push'), 'The push');
  } catch (error) {
    if (error instanceof ScorerError) return undefined;
    throw error;
  }
}
