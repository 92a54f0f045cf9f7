import { ScorerError } from './errors.ts';
import type { OutgoingMessage } from './ports/publisher.ts';

/** Pub/Sub's bound for data and attributes together: https://cloud.google.com/pubsub/quotas#resource_limits */
export const MAX_MESSAGE_BYTES = 10_000_000;

/** Bytes of a message's data and attributes, as Pub/Sub counts them. */
export function countBytes({ data, attributes }: OutgoingMessage): number {
  let bytes = data.byteLength;
  for (const key in attributes) bytes += Buffer.byteLength(key) + Buffer.byteLength(attributes[key] ?? '');
  return bytes;
}

/** The error of a message that no topic takes. */
export function tooLarge(topic: string, bytes: number): ScorerError {
  const bound = `expected at most ${MAX_MESSAGE_BYTES} bytes of data and attributes`;
  return new ScorerError(`A message for topic ${topic} is too large: ${bound}, got ${bytes}`, {
    code: 'OUTPUT_TOO_LARGE',
    detail: { topic, bytes, maxBytes: MAX_MESSAGE_BYTES },
  });
}

/**
 * Counts a message's bytes.
 *
 * @throws ScorerError `OUTPUT_TOO_LARGE` for more than 10,000,000
 */
export function countBytesWithin(topic: string, message: OutgoingMessage): number {
  const bytes = countBytes(message);
  if (bytes > MAX_MESSAGE_BYTES) throw tooLarge(topic, bytes);
  return bytes;
}
