import type { IncomingMessage } from 'node:http';
import { ScorerError, show } from '../src/errors.ts';

/** The largest body that is taken, in bytes: Cloud Run's own limit for a request over HTTP/1. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** What is left of a body that is refused is read so far (bytes), so that the client sees the answer. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/**
 * Reads a request's body.
 *
 * @param keepEncoded true to take an encoded (compressed) body as it is. @default false
 * @throws ScorerError `BODY_TOO_LARGE`, or `UNSUPPORTED_MEDIA_TYPE` for an encoded body that isn't taken
 */
export async function readBody(
  request: IncomingMessage & { readonly rawBody?: Uint8Array },
  { keepEncoded = false } = {},
): Promise<Uint8Array> {
  const encoding = keepEncoded ? undefined : request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity' && request.rawBody === undefined) {
    drain(request);
    throw new ScorerError(`The body has the Content-Encoding ${show(encoding)}: send it as it is.`, {
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
  }
  if (request.rawBody !== undefined) return checkSize(request.rawBody);
  if (request.destroyed) throw request.errored ?? gone();
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    drain(request);
    throw tooLarge();
  }
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= MAX_BODY_BYTES) return;
      request.off('data', take);
      drain(request);
      reject(tooLarge());
    };
    request.on('data', take);
    request.once('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
      chunks = []; // the request keeps its listeners, and so what they hold, until it is answered
    });
    request.once('error', reject);
    request.once('close', () => reject(gone()));
  });
}

function gone(): ScorerError {
  return new ScorerError('The client went away before its body had come.', { code: 'INVALID_REQUEST' });
}

function checkSize(body: Uint8Array): Uint8Array {
  if (body.length > MAX_BODY_BYTES) throw tooLarge();
  return body;
}

function tooLarge(): ScorerError {
  return new ScorerError(
    `The body is larger than ${MAX_BODY_BYTES} bytes (32 MiB): send fewer rows, or drop a CSV into the input bucket.`,
    { code: 'BODY_TOO_LARGE' },
  );
}

/** A client that is still sending would see a reset connection instead of its answer: read on for a while. */
function drain(request: IncomingMessage): void {
  let drained = 0;
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > MAX_DRAINED_BYTES) request.destroy();
  });
  request.resume();
}
