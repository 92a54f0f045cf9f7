import type { ObjectVersion } from '../../../src/batch/names.ts';
import type { OutgoingMessage } from '../../../src/ports/publisher.ts';
import { type Broker, createBroker, type Message } from './broker.ts';
import type { Input } from './inputs.ts';
import { type ModelFolder, workInProcess } from './lab.ts';
import type { Place } from './place.ts';
import { startProcess } from './process.ts';
import type { CallTrouble, Scenario } from './trouble.ts';
import type { Troubles } from './troubles.ts';

/** One job: its input, where its results go, what came of it beside objects. */
export interface Stage {
  readonly place: Place;
  readonly input: Input;
  readonly model: ModelFolder;
  readonly version: ObjectVersion;
  readonly outputUri: string;
  readonly letters: OutgoingMessage[];
  readonly events: string[];
  /** Another version of the input, if it was overwritten. */
  next: ObjectVersion | undefined;
}

/** Drops an input. */
export async function createStage(
  bench: { readonly place: Place; runs: number },
  input: Input,
  model: ModelFolder,
): Promise<Stage> {
  const { place } = bench;
  bench.runs += 1;
  const name = `run-${bench.runs}${input.ending}`;
  return {
    place,
    input,
    model,
    version: await drop(place, name, input.bytes),
    outputUri: `${place.outputs}/run-${bench.runs}`,
    letters: [],
    events: [],
    next: undefined,
  };
}

/** Writes an input. */
export async function drop(
  { truth, bucket }: Place,
  name: string,
  bytes: Uint8Array,
): Promise<ObjectVersion> {
  const { object } = await truth.write(truth.uri(bucket, name), bytes);
  return { bucket, name, generation: object?.generation ?? '' };
}

/** The notification of a version. */
export function toNotification({ bucket, name, generation }: ObjectVersion): Message {
  const attributes = {
    eventType: 'OBJECT_FINALIZE',
    bucketId: bucket,
    objectId: name,
    objectGeneration: generation,
  };
  return { topic: 'objects', data: new Uint8Array(), attributes };
}

/** A broker that delivers a stage's messages to processes in trouble. */
export function createStageBroker(
  stage: Stage,
  { copies = 1, skewSeconds = 0 }: Pick<Scenario, 'copies' | 'skewSeconds'>,
  troubles: Troubles,
): Broker {
  const { place, model, outputUri, input, letters, events } = stage;
  let processes = 0;
  const broker: Broker = createBroker(
    (topic, delivery) => {
      troubles.begin();
      processes += 1;
      const process = startProcess({
        storage: place.storage,
        nextTrouble: troubles.nextOf({ attempt: delivery.attempt ?? 1 }),
        meddle: (trouble) => meddle(stage, trouble, (message) => broker.publish(message)),
        skewMs: skewSeconds * 1000 * ((processes % 3) - 1),
        publish(to, messages) {
          for (const message of messages) {
            if (to === 'shards') broker.publish({ ...message, topic: 'shards' });
            else letters.push(message);
          }
        },
      });
      const logger = { log: (_: string, event: string) => void events.push(event) };
      return workInProcess({ process, scorer: model.scorer, logger, outputUri, input }, topic, delivery);
    },
    { copies, isLost: (message) => troubles.isLost(message) },
  );
  return broker;
}

async function meddle(
  stage: Stage,
  trouble: CallTrouble,
  publish: (message: Message) => void,
): Promise<void> {
  const { place, version, input, model } = stage;
  if (trouble === 'model published') return model.publish(2);
  const { truth, bucket } = place;
  if (trouble === 'input deleted') {
    await truth.remove(truth.uri(bucket, version.name));
    return;
  }
  stage.next = await drop(place, version.name, input.longer);
  publish(toNotification(stage.next));
}
