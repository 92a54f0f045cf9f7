import { type ByteLease, createByteBudget, freeBytes } from '../../src/byte-budget.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import { MAX_BODY_BYTES, readBody } from '../request-body.ts';
import type { Request } from '../router.ts';
import { toDelivery } from './delivery.ts';

/**
 * Bodies that are held at once, in bytes: one of the largest messages (10 MB are 13.4 MB of base64) or many
 * smaller ones. Each costs several times its size while it is decoded: see `bench/README.md`.
 */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/** Smaller bodies don't wait behind large ones; eighty of them, as many as come at once, are 10 MiB. */
const SMALL_BODY_BYTES = 128 * 1024;

/** A body that doesn't say its size (chunked) is counted as the largest push that Pub/Sub makes. */
const UNSAID_BODY_BYTES = 16 * 1024 * 1024;

/** Requests that wait keep some KiB each in the connection's buffers. */
const MAX_WAITING = 200;

/** A delivery that was read. */
export interface ReadDeliveryResult {
  readonly delivery: Delivery;
  /** To be called once it is done. */
  release(): void;
}

/**
 * Reads a request's delivery, once there is room for its body.
 *
 * @throws ScorerError `OVERLOADED` when too many wait, the signal's reason when it aborts before there is
 * room, and as `readBody`
 */
export type ReadDelivery = (request: Request, signal: AbortSignal) => Promise<ReadDeliveryResult>;

/** Creates a {@link ReadDelivery}: what all of its callers hold at once is bounded, whatever comes. */
export function createDeliveryReader(): ReadDelivery {
  const budget = createByteBudget(MAX_HELD_BYTES, MAX_WAITING);
  return async (request, signal) => {
    request.once('error', () => undefined); // a client that goes away while it waits is no one's failure
    const size = toSize(request);
    const lease =
      size <= SMALL_BODY_BYTES || size > MAX_BODY_BYTES ? NO_LEASE : await budget.take(size, signal);
    try {
      const { delivery, bodyBytes } = await read(request);
      lease.shrink(bodyBytes);
      return { delivery, release: lease.release };
    } catch (error) {
      lease.release();
      throw error;
    }
  };
}

const NO_LEASE: ByteLease = { shrink: () => undefined, release: () => undefined };

function toSize({ headers, rawBody }: Request): number {
  if (rawBody !== undefined) return 0; // it is in memory already
  if (headers['transfer-encoding'] !== undefined) return UNSAID_BODY_BYTES;
  return Number(headers['content-length'] ?? 0);
}

/** The body, larger than what it holds, is not kept while that is scored. */
async function read(request: Request): Promise<{ readonly delivery: Delivery; readonly bodyBytes: number }> {
  const body = await readBody(request);
  const { headers, rawHeaders, rawBody } = request;
  const bodyBytes = body.length;
  const delivery = toDelivery({ body, headers, rawHeaders, inflated: rawBody !== undefined });
  if (bodyBytes > SMALL_BODY_BYTES && body !== rawBody && delivery.data.buffer !== body.buffer)
    freeBytes(body);
  return { delivery, bodyBytes };
}
