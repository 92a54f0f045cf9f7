/** Pub/Sub's limits on attributes: https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_KEY_BYTES = 256;
const MAX_VALUE_BYTES = 1024;
const MAX_ATTRIBUTES = 100;

/** Of the input's attributes these are kept before others: without them, an output can't be understood or traced. */
const KEPT_FIRST: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'replayed-from',
  'replayed-row',
]);

/**
 * The attributes of an output: those of its input that may pass, and ours, which win. Pub/Sub refuses
 * keys that begin with `goog`; `content-…` describes the input's data, not the output's.
 *
 * @param keepContent true when the output's data is the input's, unchanged
 */
export function toAttributes(
  input: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string | undefined>>,
  keepContent = false,
): Record<string, string> {
  const mine = Object.entries(ours).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const names = new Set(mine.map(([key]) => key));
  const passed = Object.entries(input).filter(([key]) => !names.has(key) && mayPass(key, keepContent));
  passed.sort(([a], [b]) => Number(KEPT_FIRST.has(b)) - Number(KEPT_FIRST.has(a)));
  const kept = [...mine, ...passed].slice(0, MAX_ATTRIBUTES);
  return Object.fromEntries(kept.map(([key, value]) => [key, clipBytes(value, MAX_VALUE_BYTES)]));
}

function mayPass(key: string, keepContent: boolean): boolean {
  const name = key.toLowerCase();
  if (key === '' || name.startsWith('goog') || Buffer.byteLength(key) > MAX_KEY_BYTES) return false;
  return keepContent || !name.startsWith('content-');
}

/** Cuts text to a number of UTF-8 bytes at a whole character. */
export function clipBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
