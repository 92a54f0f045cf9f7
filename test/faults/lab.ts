// The scoring function, built and under the functions framework, between Pub/Sub's emulator and a proxy that fails.
import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/served.ts';
import { freePort } from '../free-port.ts';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { copyModelFiles, toVariant, type Variant } from '../model-variant.ts';
import { type PubSubServer, startPubSub } from '../servers/pubsub.ts';
import { type GrpcProxy, startGrpcProxy } from './grpc-proxy.ts';
import { startKeyFront } from './key-front.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { TestMessage } from './messages.ts';
import { createTopics, type DeliverySettings, endTopics, publishTo, pullFrom } from './topics.ts';

/** What a scenario is set up with. */
export interface LabOptions extends DeliverySettings {
  /** Variables of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a model is there from the start. */
  readonly model: boolean;
  /** Whether the lab starts an emulator of its own, which can be killed. @default false */
  readonly ownEmulator?: boolean;
}

/** A scenario's surroundings; topics and folders are its own. */
export interface Lab {
  readonly ledger: Ledger;
  readonly proxy: GrpcProxy;
  /** Publishes messages to the topic of features; returns their ids. */
  publish(messages: readonly TestMessage[], keys: number): Promise<readonly string[]>;
  /** Delivers a message as Pub/Sub would push it; returns the status. */
  push(id: string, message: TestMessage): Promise<number>;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  publishModel(variant: Variant): Promise<void>;
  /** Resolves when the function serves a version. */
  serves(version: string): Promise<void>;
  /** Kills Pub/Sub's emulator, with all that it held; the lab must have one of its own. */
  killEmulator(): Promise<void>;
  /** Starts an empty one, with the topics and subscriptions. */
  startEmulator(): Promise<void>;
  /** Pulls what came out until so many outputs are there, or nothing is missing; of 0, what is there now. */
  collect(outputs: number): Promise<void>;
  close(): Promise<void>;
}

const COLLECT_MS = 60_000;

const POLL_MS = 20;

const dist = join(import.meta.dirname, '../../dist/functions/index.js');
let labs = 0;

/** Creates one; the function is not started yet. */
export async function createLab(shared: PubSubServer, options: LabOptions): Promise<Lab> {
  const isOwn = options.ownEmulator === true;
  let server = isOwn ? await startPubSub() : shared;
  labs += 1;
  const names = {
    features: `features-${labs}`,
    predictions: `predictions-${labs}`,
    letters: `letters-${labs}`,
  };
  const dir = await mkdtemp(join(tmpdir(), 'scorestream-lab-'));
  const modelUri = join(dir, 'model');
  await copyModelFiles(modelUri);
  const proxy = await startGrpcProxy(() => server.host);
  const port = await freePort();
  const ledger = createLedger();
  const front = options.ordered ? await startKeyFront(port) : undefined;
  const pushPort = front?.port ?? port;
  await createTopics(server, names, pushPort, options);
  let running: FunctionServer | undefined;

  const publishModel = async (variant: Variant): Promise<void> => {
    await writeFile(join(dir, 'manifest.json'), await toVariant(variant));
    await rename(join(dir, 'manifest.json'), join(modelUri, 'manifest.json')); // never seen half written
  };
  if (options.model) await publishModel({ version: '1', threshold: 0.5 });

  async function end(how: 'stop' | 'kill'): Promise<void> {
    const ending = running;
    running = undefined;
    await ending?.[how]();
  }

  return {
    ledger,
    proxy,
    publishModel,
    async publish(messages, keys) {
      const keyed = messages.map((message, index) => ({
        message,
        key: keys > 0 ? `key ${index % keys}` : '',
      }));
      const ids = await publishTo(server, names.features, keyed);
      ids.forEach((id, index) => {
        const { message, key = '' } = keyed[index] ?? {};
        if (message !== undefined) ledger.published(id, message, key);
      });
      return ids;
    },
    async push(id, message) {
      ledger.published(id, message);
      assert.ok(running, 'the function runs');
      return running.push('/features', { id, data: message.data, attributes: { ...message.attributes } });
    },
    async start() {
      running = await startServer('score', {
        modelUri,
        source: dist,
        port,
        environment: {
          PUBSUB_EMULATOR_HOST: proxy.host,
          METADATA_SERVER_DETECTION: 'none',
          GOOGLE_CLOUD_PROJECT: server.project,
          FEATURES_TOPIC: names.features,
          PREDICTIONS_TOPIC: names.predictions,
          DEAD_LETTERS_TOPIC: names.letters,
          ...options.environment,
        },
      });
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    serves: (version) =>
      until(
        async () => {
          const answer = await fetch(`${running?.url}/ready`);
          const { model } = (await answer.json()) as { model?: { version: string } }; // probes.ts
          return model?.version === version;
        },
        () => `version ${version} to be served`,
      ),
    async collect(outputs) {
      const deadline = Date.now() + COLLECT_MS;
      for (;;) {
        const [predictions, letters] = [
          await pullFrom(server, names.predictions),
          await pullFrom(server, names.letters),
        ];
        for (const output of predictions) ledger.prediction(output);
        for (const output of letters) ledger.letter(output);
        if (outputs > 0 && ledger.count() >= outputs) return;
        if (predictions.length + letters.length > 0) {
          await delay(POLL_MS); // the emulator and the function need the CPU, too
          continue;
        }
        if (outputs === 0 || ledger.missing().length === 0) return;
        const what = `${ledger.count()} outputs came; missing: ${ledger.missing().slice(0, 10).join(', ')}`;
        assert.ok(Date.now() < deadline, `${what}; the function said: ${running?.log().slice(-2000)}`);
        await delay(POLL_MS);
      }
    },
    killEmulator() {
      assert.ok(isOwn, 'the emulator is shared: the scenario must ask for one of its own');
      return server.stop();
    },
    async startEmulator() {
      server = await startPubSub();
      await createTopics(server, names, pushPort, options);
    },
    async close() {
      await end('kill');
      await Promise.all([proxy.stop(), front?.stop()]);
      await (isOwn ? server.stop() : endTopics(server, names));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
