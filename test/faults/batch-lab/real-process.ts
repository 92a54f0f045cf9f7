// Jobs of real processes of the function, which are killed; the storage server's front tells when.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTopic, topicPath } from '../../../src/adapters/local/topic-file.ts';
import { toOutputFolder } from '../../../src/batch/names.ts';
import { type FunctionServer, startServer } from '../../integration/function-server.ts';
import { type Broker, createBroker, type Work } from './broker.ts';
import { makeInput } from './inputs.ts';
import type { Place } from './place.ts';
import { listAll, readResults, toComparable } from './results.ts';
import { drop, toNotification } from './stage.ts';
import type { Scenario } from './trouble.ts';
import { createTroubles } from './troubles.ts';

/** Runs jobs one after the other, in processes that begin where one is missing. */
export interface ProcessBench {
  /** Runs a scenario as `runCase` does; without one undisturbed. */
  run(scenario: Scenario | undefined, number: number): Promise<{ hasCome: boolean; places: number }>;
  close(): Promise<void>;
}

const source = join(import.meta.dirname, '../../../dist/functions/index.js');
const ACKNOWLEDGED = 204;

/** Creates one over Cloud Storage; the place stays the caller's. */
export async function createProcessBench(place: Place): Promise<ProcessBench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'scorestream-killed-'));
  const input = makeInput('three shards');
  const outputUri = `${place.outputs}/killed`;
  let running: FunctionServer | undefined;
  let ending: Promise<void> | undefined;
  let read = 0;
  let runs = 0;
  let expected: object | undefined;

  const start = (): Promise<FunctionServer> =>
    startServer('score', {
      source,
      environment: {
        STORAGE_EMULATOR_HOST: place.server?.host ?? '',
        METADATA_SERVER_DETECTION: 'none',
        LOCAL_DATA_DIR: dataDir,
        OUTPUT_URI: outputUri,
        SHARD_BYTES: String(input.shardBytes),
      },
    });

  function kill(): void {
    ending = running?.kill();
    running = undefined;
  }

  /** What was published since it was asked last. */
  async function passOn(broker: Broker): Promise<void> {
    const messages = [];
    for await (const { message } of readTopic(topicPath(dataDir, 'shards'))) messages.push(message);
    for (const { data, attributes } of messages.slice(read)) {
      broker.publish({ topic: 'shards', data, attributes });
    }
    read = messages.length;
  }

  function createProcessBroker(): Broker {
    const work: Work = async (topic, { id, data, attributes }) => {
      await ending;
      running ??= await start();
      const status = await running
        .push(`/${topic}`, { id, data, attributes: { ...attributes } })
        .catch((error: unknown) => error);
      await passOn(broker);
      return status === ACKNOWLEDGED ? { is: 'acknowledged' } : { is: 'again', error: status };
    };
    const broker: Broker = createBroker(work, {});
    return broker;
  }

  return {
    async run(scenario, number) {
      runs += 1;
      const version = await drop(place, `run-${runs}.csv`, input.bytes);
      running ??= await start();
      const troubles = createTroubles(scenario?.trouble, number, place.server, kill);
      const broker = createProcessBroker();
      broker.publish(toNotification(version));
      await broker.drain();
      const { places, hasCome } = troubles;
      troubles.end();
      const results = await readResults(place.truth, toOutputFolder(outputUri, version));
      assert.ok(results, 'there is a verdict');
      expected ??= toComparable(results);
      assert.deepEqual(toComparable(results), expected);
      assert.deepEqual(await listAll(place.truth, `${outputUri}/_parts/`), []);
      assert.equal(broker.troubles.length > 0, hasCome, 'what was killed came again');
      return { places, hasCome };
    },
    async close() {
      await ending;
      await running?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
