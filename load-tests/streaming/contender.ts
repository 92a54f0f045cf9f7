import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FUNCTION_ENVIRONMENT, FUNCTION_NODE_OPTIONS } from '../../cli/function-process.ts';
import { freePort } from '../../test/free-port.ts';
import type { PubSubServer } from '../../test/servers/pubsub.ts';

const START_MS = 30_000;
const root = join(import.meta.dirname, '../..');
const FRAMEWORK = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js');

/** A process that answers pushes. */
export interface Contender {
  readonly name: 'ours' | 'rival';
  /** Where pushes go. */
  readonly endpoint: string;
  /** Full name of the topic that it publishes to. */
  readonly outputTopic: string;
  /** What its process has used until now. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** What a process takes now and has used. */
export interface Usage {
  readonly rssBytes: number;
  readonly cpuMicroseconds: number;
}

/** Starts the scoring function as it is deployed: built, and under the functions framework. */
export async function startFunction(server: PubSubServer, profile: string | undefined): Promise<Contender> {
  const port = await freePort();
  const outputTopic = await server.createTopic('predictions');
  await server.createTopic('dead-letters');
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const words = [FRAMEWORK, '--target=score', `--port=${port}`, `--source=${root}/dist/functions/index.js`];
  const started = start([...FUNCTION_NODE_OPTIONS, ...profiling, '--import', usageModule(), ...words], {
    ...FUNCTION_ENVIRONMENT,
    PUBSUB_EMULATOR_HOST: server.host,
    GOOGLE_CLOUD_PROJECT: server.project,
    MODEL_URI: join(root, 'model-files/flight-delay'),
  });
  const own = `http://127.0.0.1:${port}`;
  await waitFor(started, `${own}/ready`);
  return { name: 'ours', endpoint: `${own}/features`, outputTopic, ...started };
}

/**
 * Starts the rival: it publishes one constant message for every row that a message has.
 *
 * @param isEcho true where latencies are to be told
 */
export async function startRival(server: PubSubServer, rows: number, isEcho: boolean): Promise<Contender> {
  const port = await freePort();
  const outputTopic = await server.createTopic(`rival-${rows}`);
  const started = start(['--import', usageModule(), join(import.meta.dirname, 'rival.ts')], {
    PUBSUB_EMULATOR_HOST: server.host,
    PORT: String(port),
    OUTPUT_TOPIC: outputTopic,
    ROWS: String(rows),
    ECHO: String(isEcho),
  });
  const endpoint = `http://127.0.0.1:${port}/`;
  await waitFor(started, endpoint);
  return { name: 'rival', endpoint, outputTopic, ...started };
}

interface Process {
  readonly child: ChildProcess;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

function start(words: readonly string[], environment: Readonly<Record<string, string>>): Process {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none', ...environment }, // the emulator takes no account
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    child,
    async usage() {
      const answer = once(child, 'message');
      child.send('usage');
      const [usage] = (await answer) as [Usage]; // what usage.ts sends
      return usage;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

function usageModule(): string {
  return new URL('usage.ts', import.meta.url).href;
}

async function waitFor({ child }: Process, url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${child.spawnargs.join(' ')} did not start.`);
    await delay(20);
  }
}
