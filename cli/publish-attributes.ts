import { show } from '../src/errors.ts';
import { usage } from './command.ts';

/** Pub/Sub's limits: https://cloud.google.com/pubsub/quotas#resource_limits. One attribute is ours: content-type. */
const MAX_ATTRIBUTES = 99;
const MAX_KEY_BYTES = 256;
const MAX_VALUE_BYTES = 1024;

/**
 * Attributes as a person gives them, `key=value` each.
 *
 * @throws ScorerError `USAGE` for what Pub/Sub would refuse, and for keys that tell what the data is
 */
export function toAttributes(texts: readonly string[]): Readonly<Record<string, string>> {
  if (texts.length > MAX_ATTRIBUTES) {
    throw usage(`${texts.length} attributes are given: expected at most ${MAX_ATTRIBUTES}.`);
  }
  return Object.fromEntries(texts.map(toAttribute));
}

function toAttribute(text: string): readonly [key: string, value: string] {
  const end = text.indexOf('=');
  if (end < 1) throw usage(`--attribute is ${show(text)}: expected key=value.`);
  const [key, value] = [text.slice(0, end), text.slice(end + 1)];
  if (/^(?:goog|content-)/i.test(key)) {
    throw usage(
      `--attribute ${show(key)} can't be set: goog… are Google's, and content-… tells what the data is.`,
    );
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES || Buffer.byteLength(value) > MAX_VALUE_BYTES) {
    throw usage(
      `--attribute ${show(key)} is too long: expected at most ${MAX_KEY_BYTES} bytes, and ${MAX_VALUE_BYTES} of its value.`,
    );
  }
  return [key, value];
}

/**
 * An ordering key as a person gives it.
 *
 * @throws ScorerError `USAGE` for one that Pub/Sub would refuse
 */
export function toOrderingKey(text: string): string {
  if (text !== '' && Buffer.byteLength(text) <= MAX_VALUE_BYTES) return text;
  throw usage(`--ordering-key is ${show(text)}: expected 1 to ${MAX_VALUE_BYTES} bytes.`);
}
