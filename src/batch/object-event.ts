import { ScorerError, show } from '../errors.ts';
import type { ObjectVersion } from './names.ts';

/** A notification of Cloud Storage that an object was written. */
export interface ObjectEvent extends ObjectVersion {
  /** Such as `OBJECT_FINALIZE`, the only one that asks for scoring. */
  readonly type: string;
}

/**
 * Reads the attributes of a Cloud Storage notification:
 * https://cloud.google.com/storage/docs/pubsub-notifications#attributes
 *
 * @throws ScorerError `INVALID_MESSAGE` when one is missing
 */
export function toObjectEvent(attributes: Readonly<Record<string, string>>): ObjectEvent {
  const take = (name: string): string => {
    const value = attributes[name];
    if (value !== undefined && value !== '') return value;
    throw new ScorerError(`The message is no object notification: it lacks the attribute ${show(name)}.`, {
      code: 'INVALID_MESSAGE',
    });
  };
  return {
    type: take('eventType'),
    bucket: take('bucketId'),
    name: take('objectId'),
    generation: take('objectGeneration'),
  };
}

/** The attributes with which Cloud Storage notifies of a version of an object; the message has no data. */
export function toNotification({
  bucket,
  name,
  generation,
}: ObjectVersion): Readonly<Record<string, string>> {
  return {
    eventType: 'OBJECT_FINALIZE',
    bucketId: bucket,
    objectId: name,
    objectGeneration: generation,
    payloadFormat: 'NONE',
  };
}
