import { findMember } from '../../src/decode/json-places.ts';
import { show } from '../../src/errors.ts';
import { isObject } from '../../src/json-object.ts';
import { invalidMessage } from './push.ts';

/**
 * What a CloudEvent of Cloud Storage is called as a bucket notification:
 * https://cloud.google.com/storage/docs/pubsub-notifications#events
 */
const NOTIFIED_AS: ReadonlyMap<string, string> = new Map([
  ['google.cloud.storage.object.v1.finalized', 'OBJECT_FINALIZE'],
  ['google.cloud.storage.object.v1.deleted', 'OBJECT_DELETE'],
  ['google.cloud.storage.object.v1.archived', 'OBJECT_ARCHIVE'],
  ['google.cloud.storage.object.v1.metadataUpdated', 'OBJECT_METADATA_UPDATE'],
]);

/** Answers whether a CloudEvent of this type tells of an object. */
export function isStorageEvent(type: string): boolean {
  return NOTIFIED_AS.has(type);
}

/**
 * The attributes that a bucket notification of the same thing has.
 *
 * @param data the object resource
 * @param json gives its bytes, from which a generation is taken that is a number: it may be larger than
 *   a number can hold
 * @throws ScorerError `INVALID_MESSAGE` when bucket, name or generation can't be read
 */
export function toNotificationAttributes(
  type: string,
  data: unknown,
  json: () => Uint8Array,
): Record<string, string> {
  if (!isObject(data)) {
    throw invalidMessage(`The data of the CloudEvent ${show(type)} is ${show(data)}: expected an object.`);
  }
  return {
    eventType: NOTIFIED_AS.get(type) ?? '',
    bucketId: take(type, 'bucket', data['bucket']),
    objectId: take(type, 'name', data['name']),
    objectGeneration: take(
      type,
      'generation',
      typeof data['generation'] === 'number' ? integerText(json()) : data['generation'],
    ),
  };
}

function take(type: string, name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidMessage(
    `The data of the CloudEvent ${show(type)} has the ${name} ${show(value)}: expected ${name === 'generation' ? 'an integer' : 'text'}.`,
  );
}

function integerText(json: Uint8Array): string | undefined {
  const place = findMember(json, 0, 'generation');
  const number = Buffer.from(json.subarray(place?.start, place?.end)).toString();
  return /^\d+$/.test(number) ? number : undefined;
}
