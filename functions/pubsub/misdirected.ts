import type { Delivery } from '../../src/ports/delivery.ts';
import { invalidMessage } from './push.ts';

/** What makes a message the notification of an object. */
const OBJECT_ATTRIBUTES = ['eventType', 'bucketId', 'objectId'] as const;

/** What makes a message a step of a job: as the scoring function itself writes it. */
const STEP = /^\{"plan":"[^"]*\/plan\.json","id":"[0-9a-f]{16}","shard":(?:\d+|"finish")\}$/;
const STEP_BEGINNING = Buffer.from('{"plan":');
/** An object's name has 1,024 bytes at most. */
const STEP_BYTES = 4096;

/** On `/features`: the notification of an object, or a step of a job, comes back with a problem that says where it belongs. */
export function refuseObjects(delivery: Delivery): Delivery {
  if (delivery.problem !== undefined) return delivery;
  if (isNotification(delivery)) return refuse(delivery, `${NOTIFICATION} came to /features: ${TO_OBJECTS}`);
  return isStep(delivery) ? refuse(delivery, `${A_STEP} came to /features: ${TO_SHARDS}`) : delivery;
}

/** On `/objects`: what is no notification of an object comes back with a problem that says where it belongs. */
export function refuseFeatures(delivery: Delivery): Delivery {
  const tellsOfObject = OBJECT_ATTRIBUTES.some((name) => delivery.attributes[name] !== undefined);
  if (delivery.problem !== undefined || tellsOfObject) return delivery;
  if (isStep(delivery)) return refuse(delivery, `${A_STEP} came to /objects: ${TO_SHARDS}`);
  return refuse(delivery, `This is no notification of an object, and came to /objects: ${TO_FEATURES}`);
}

/** On `/shards`: what is no step of a job comes back with a problem that says where it belongs. */
export function refuseNoStep(delivery: Delivery): Delivery {
  if (delivery.problem !== undefined) return delivery;
  if (isNotification(delivery)) return refuse(delivery, `${NOTIFICATION} came to /shards: ${TO_OBJECTS}`);
  const { data } = delivery;
  // what has a plan and is no step after all is told of later
  const tellsOfPlan = data.length <= STEP_BYTES && textOf(data).includes('"plan"');
  if (tellsOfPlan) return delivery;
  return refuse(delivery, `This is no step of a job, and came to /shards: ${TO_FEATURES}`);
}

const NOTIFICATION = 'This is the notification of an object, and';
const A_STEP = 'This is a step of a job, and';
const TO_OBJECTS =
  'send those of the input bucket (its notifications, or the Cloud Storage trigger) to /objects.';
const TO_FEATURES = 'send features (the topic "features", or the Pub/Sub trigger) to /features.';
const TO_SHARDS =
  'the subscription of the topic "shards" pushes to /shards. The job goes on once its notification is published again: scorestream jobs resume.';

function isNotification({ attributes }: Delivery): boolean {
  return OBJECT_ATTRIBUTES.every((name) => attributes[name] !== undefined);
}

function isStep({ data }: Delivery): boolean {
  if (data.length > STEP_BYTES) return false;
  return STEP_BEGINNING.every((byte, at) => data[at] === byte) && STEP.test(textOf(data));
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString();
}

function refuse(delivery: Delivery, message: string): Delivery {
  return { ...delivery, problem: invalidMessage(message) };
}
