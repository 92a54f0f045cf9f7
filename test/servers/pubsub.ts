// Google's own Pub/Sub emulator, started for tests.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { skip } from './skip.ts';

const READY_MS = 60_000;
const STARTS = 3;

/** A running emulator. */
export interface PubSubServer {
  /** Host and port, as `PUBSUB_EMULATOR_HOST` takes it. */
  readonly host: string;
  /** The project that the methods below mean. */
  readonly project: string;
  /** Makes a topic, and returns its full name. */
  createTopic(name: string): Promise<string>;
  /** Makes a subscription from what the REST API takes besides its name and topic; returns its full name. */
  createSubscription(name: string, topic: string, settings?: object): Promise<string>;
  /** Asks the REST API. @param path after `/v1/` */
  ask(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Kills it; what it held is gone. */
  stop(): Promise<void>;
}

/** Why there can be no emulator on this machine; undefined when there can. */
export function whyNoPubSub(): string | undefined {
  const gcloud = findOnPath('gcloud');
  if (gcloud === undefined) return 'gcloud is not installed (https://cloud.google.com/sdk/docs/install)';
  if (findOnPath('java') === undefined) return 'java is not installed';
  if (existsSync(toProgram(gcloud))) return undefined;
  return 'the Pub/Sub emulator is not installed: gcloud components install beta pubsub-emulator';
}

/** What `gcloud beta emulators pubsub start` runs: alone it is one process, easy to end. */
function toProgram(gcloud: string): string {
  const name = process.platform === 'win32' ? 'cloud-pubsub-emulator.bat' : 'cloud-pubsub-emulator';
  return join(dirname(realpathSync(gcloud)), '../platform/pubsub-emulator/bin', name);
}

function findOnPath(program: string): string | undefined {
  const names = process.platform === 'win32' ? [`${program}.cmd`, `${program}.exe`] : [program];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/**
 * Defines tests over a Pub/Sub emulator that starts before them and ends with them. Where there can be none the
 * tests are skipped, and that is said; with `CI=true` it is a failure.
 */
export function describeWithPubSub(title: string, define: (server: () => PubSubServer) => void): void {
  const reason = whyNoPubSub();
  if (reason !== undefined) {
    skip(title, reason);
    return;
  }
  describe(title, () => {
    let server: PubSubServer | undefined;
    before(async () => {
      server = await startPubSub();
    });
    after(() => server?.stop());
    define(() => {
      assert.ok(server, 'the emulator starts when the tests begin');
      return server;
    });
  });
}

/** Starts an emulator, on a free port unless one is given; it ends with this process, however that ends. */
export async function startPubSub(port?: number): Promise<PubSubServer> {
  const program = toProgram(findOnPath('gcloud') ?? '');
  for (let start = 1; ; start += 1) {
    const own = port ?? (await freePort());
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'end-with-parent.ts'), program, ...['--host=127.0.0.1', `--port=${own}`]],
      { stdio: ['pipe', 'ignore', 'ignore'] },
    );
    const exited = once(child, 'exit');
    const stop = async (): Promise<void> => {
      child.stdin.end();
      await exited;
    };
    if (await isReady(own, child)) return createServer(`127.0.0.1:${own}`, stop);
    await stop();
    // someone else may have taken the port
    assert.ok(start < STARTS, `the Pub/Sub emulator did not start ${STARTS} times`);
  }
}

async function isReady(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}`).catch(() => undefined);
    if (answer?.ok) return true;
    await delay(50);
  }
  return false;
}

function createServer(host: string, stop: () => Promise<void>): PubSubServer {
  const project = 'test';
  const ask: PubSubServer['ask'] = async (method, path, body) => {
    const answer = await fetch(`http://${host}/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${method} ${path}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>; // the API answers with objects
  };
  return {
    host,
    project,
    ask,
    stop,
    async createTopic(name) {
      const full = `projects/${project}/topics/${name}`;
      await ask('PUT', full, {});
      return full;
    },
    async createSubscription(name, topic, settings = {}) {
      const full = `projects/${project}/subscriptions/${name}`;
      await ask('PUT', full, { topic, ...settings });
      return full;
    },
  };
}

// says whether tests over Pub/Sub can run here
if (import.meta.main) {
  const reason = whyNoPubSub();
  if (reason === undefined) await (await startPubSub()).stop();
  else {
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
  }
}
