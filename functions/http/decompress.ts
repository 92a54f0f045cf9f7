import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflateRaw, inflate as inflateZlib } from 'node:zlib';
import { createByteBudget } from '../../src/byte-budget.ts';
import { ScorerError, show } from '../../src/errors.ts';
import { bodyTooLarge, MAX_BODY_BYTES } from '../request-body.ts';

/** Codings that may be put on top of each other; a client that does so at all uses two. */
const MAX_CODINGS = 3;

/** What inflates beyond so many bytes waits for its turn: a hundred bombs at once would each fill 32 MiB. */
const SMALL_BYTES = 1024 * 1024;

/** Bodies of any size that are inflated at once. */
const turns = createByteBudget(2);

const toPlain = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  zlib: promisify(inflateZlib),
  deflate: promisify(inflateRaw),
} as const;

/**
 * Undoes the Content-Encoding of a body: `gzip`, `br`, `deflate` or `identity`, or some of them in the order in which
 * they were applied (RFC 9110 §8.4). It may have 32 MiB at most then, too.
 *
 * @throws ScorerError `UNSUPPORTED_MEDIA_TYPE` for another coding, `INVALID_COMPRESSION` for a body that is not what
 * the header says, `BODY_TOO_LARGE`
 */
export async function decompress(body: Uint8Array, encoding: string | undefined): Promise<Uint8Array> {
  if (encoding === undefined) return body;
  const codings = encoding
    .toLowerCase()
    .split(',', MAX_CODINGS + 1)
    .map((each) => each.trim());
  if (codings.length > MAX_CODINGS) throw unsupported(encoding);
  let plain = body;
  for (const coding of codings.reverse()) plain = await undo(plain, coding, encoding);
  return plain;
}

async function undo(body: Uint8Array, coding: string, encoding: string): Promise<Uint8Array> {
  if (coding === 'identity' || coding === '') return body;
  const inflate = toInflate(coding, body);
  if (inflate === undefined) throw unsupported(encoding);
  const small = await run(inflate, body, coding, SMALL_BYTES);
  if (small !== undefined) return small;
  const turn = await turns.take(1);
  try {
    const large = await run(inflate, body, coding, MAX_BODY_BYTES);
    if (large === undefined) throw bodyTooLarge();
    return large;
  } finally {
    turn.release();
  }
}

type Inflate = (
  body: Uint8Array,
  options: { readonly maxOutputLength: number; readonly chunkSize: number },
) => Promise<Buffer>;

function toInflate(coding: string, body: Uint8Array): Inflate | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return toPlain.gzip;
    case 'br':
      return toPlain.br;
    case 'deflate':
      // some senders leave out the frame that RFC 9110 §8.4.1.2 asks for
      return isZlib(body) ? toPlain.zlib : toPlain.deflate;
    default:
      return undefined;
  }
}

/** Undefined for what would be larger. */
async function run(
  inflate: Inflate,
  body: Uint8Array,
  coding: string,
  maxOutputLength: number,
): Promise<Buffer | undefined> {
  try {
    return await inflate(body, { maxOutputLength, chunkSize: Math.ceil(maxOutputLength / 64) }); // few pieces
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException; // zlib throws no other
    if (code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw new ScorerError(`The body is not ${coding}, as its Content-Encoding says (${message}).`, {
      code: 'INVALID_COMPRESSION',
      cause,
    });
  }
}

/** RFC 1950 §2.2: method 8, and a checksum of the first two bytes. */
function isZlib(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

function unsupported(encoding: string): ScorerError {
  return new ScorerError(`The Content-Encoding is ${show(encoding)}: expected gzip, br or deflate.`, {
    code: 'UNSUPPORTED_MEDIA_TYPE',
  });
}
