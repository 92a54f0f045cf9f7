import type { Delivery } from '../../src/ports/delivery.ts';
import { invalidMessage } from './push.ts';

/** What makes a message the notification of an object. */
const OBJECT_ATTRIBUTES = ['eventType', 'bucketId', 'objectId'] as const;

/** On `/features`: the notification of an object comes back with a problem that says where it belongs. */
export function refuseObjects(delivery: Delivery): Delivery {
  const tellsOfObject = OBJECT_ATTRIBUTES.every((name) => delivery.attributes[name] !== undefined);
  if (delivery.problem !== undefined || !tellsOfObject) return delivery;
  return refuse(
    delivery,
    'This is the notification of an object, and came to /features: send those of the input bucket (its notifications, or the Cloud Storage trigger) to /objects.',
  );
}

/** On `/objects`: what is no notification of an object comes back with a problem that says where it belongs. */
export function refuseFeatures(delivery: Delivery): Delivery {
  const tellsOfObject = OBJECT_ATTRIBUTES.some((name) => delivery.attributes[name] !== undefined);
  if (delivery.problem !== undefined || tellsOfObject) return delivery;
  return refuse(
    delivery,
    'This is no notification of an object, and came to /objects: send features (the topic "features", or the Pub/Sub trigger) to /features.',
  );
}

function refuse(delivery: Delivery, message: string): Delivery {
  return { ...delivery, problem: invalidMessage(message) };
}
