import type { IncomingMessage } from 'node:http';
import { ScorerError } from '../src/errors.ts';

/** The largest body that is taken, in bytes: Cloud Run's own limit for a request over HTTP/1. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Counts the bytes of a body that have come. */
type Hold = (bytes: number) => void;

/** From here on it matters how often a body is in memory. */
const LARGE_BODY_BYTES = 1024 * 1024;

/** What is left of a body that is refused is read so far (bytes), so that the client sees the answer. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/**
 * Reads a request's body, compressed or not, as it comes.
 *
 * @param hold hears how many bytes have come, and throws to read no more
 * @throws ScorerError `BODY_TOO_LARGE`; what `hold` throws
 */
export async function readBody(
  request: IncomingMessage & { readonly rawBody?: Uint8Array },
  hold: Hold = () => undefined,
): Promise<Uint8Array> {
  if (request.rawBody !== undefined) return checkSize(request.rawBody);
  if (request.destroyed) throw request.errored ?? gone();
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > MAX_BODY_BYTES) {
    drain(request);
    throw bodyTooLarge();
  }
  if (length >= LARGE_BODY_BYTES) return readLarge(request, length, hold);
  return readChunks(request, hold);
}

/** Bodies up to here mostly come together with their headers. */
const PACKET_BYTES = 16 * 1024;

/**
 * Takes a small body that has come with its headers, without a listener. Nothing is taken, and undefined returned, of
 * a body that may still be under way.
 */
export function takeBody(
  request: IncomingMessage & { readonly rawBody?: Uint8Array },
): Uint8Array | undefined {
  const { complete, readableLength, headers } = request;
  if (readableLength === 0 || readableLength > PACKET_BYTES || request.rawBody !== undefined)
    return undefined;
  // the parser says that it is complete only after whoever takes it: until then its length does
  if (!complete && Number(headers['content-length'] ?? 0) !== readableLength) return undefined;
  return (request.read() as Buffer | null) ?? undefined;
}

/** A large body is written to its place as it comes: to keep its chunks and join them takes twice the memory. */
function readLarge(request: IncomingMessage, length: number, hold: Hold): Promise<Uint8Array> {
  const body = Buffer.allocUnsafeSlow(length);
  let size = 0;
  return untilEnd(
    request,
    hold,
    (chunk) => {
      size += chunk.copy(body, size);
    },
    () => body.subarray(0, size),
  );
}

function readChunks(request: IncomingMessage, hold: Hold): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  return untilEnd(
    request,
    hold,
    (chunk) => {
      chunks.push(chunk);
    },
    () => (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
  );
}

function untilEnd(
  request: IncomingMessage,
  hold: Hold,
  take: (chunk: Buffer) => void,
  toBody: () => Uint8Array,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      take(chunk);
      try {
        if (size > MAX_BODY_BYTES) throw bodyTooLarge();
        hold(size);
      } catch (error) {
        request.off('data', onData);
        drain(request);
        reject(error);
      }
    };
    const onClose = (): void => reject(gone());
    request.on('data', onData);
    request.once('error', reject);
    request.once('close', onClose);
    request.once('end', () => {
      resolve(toBody());
      // the request lives until it is answered: it must not keep what the listeners hold
      request.off('data', onData).off('error', reject).off('close', onClose);
    });
  });
}

/** The failure of a request whose client has left: nobody hears of it. */
export function gone(): ScorerError {
  return new ScorerError('The client went away.', { code: 'INVALID_REQUEST', detail: { gone: true } });
}

function checkSize(body: Uint8Array): Uint8Array {
  if (body.length > MAX_BODY_BYTES) throw bodyTooLarge();
  return body;
}

/** The failure of a body of more than {@link MAX_BODY_BYTES}, compressed or not. */
export function bodyTooLarge(): ScorerError {
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
