import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { ScorerError, show } from '../../src/errors.ts';
import { bodyTooLarge, MAX_BODY_BYTES } from '../request-body.ts';

/** Codings that may be put on top of each other; a client that does so at all uses two. */
const MAX_CODINGS = 3;

const options = { maxOutputLength: MAX_BODY_BYTES };
const toPlain = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  zlib: promisify(inflate),
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
  try {
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        return await toPlain.gzip(body, options);
      case 'br':
        return await toPlain.br(body, options);
      case 'deflate':
        // some senders leave out the frame that RFC 9110 §8.4.1.2 asks for
        return await (isZlib(body) ? toPlain.zlib : toPlain.deflate)(body, options);
    }
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException; // zlib throws no other
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge();
    throw new ScorerError(`The body is not ${coding}, as its Content-Encoding says (${message}).`, {
      code: 'INVALID_COMPRESSION',
      cause,
    });
  }
  throw unsupported(encoding);
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
