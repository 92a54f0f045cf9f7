import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FUNCTION_ENVIRONMENT, FUNCTION_NODE_OPTIONS } from '../../cli/function-process.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { readTopic, type TopicMessage, topicPath } from '../../src/adapters/local/topic-file.ts';
import { freePort } from '../free-port.ts';

const root = join(import.meta.dirname, '../..');
const FRAMEWORK = 'node_modules/@google-cloud/functions-framework/build/src/main.js';
const START_MS = 30_000;

const DIE_WITH_PARENT = new URL('../../cli/die-with-parent.ts', import.meta.url).href;

/** A function under the real functions framework, over real sockets, with folders of its own. */
export interface FunctionServer {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly inboxDir: string;
  readonly outputDir: string;
  /** What it printed so far. */
  log(): string;
  /** The messages on a topic. */
  topic(name: string): Promise<TopicMessage[]>;
  /** Delivers a message as a wrapped push; returns the status. */
  push(path: string, message: PushedMessage): Promise<number>;
  /** Delivers the notification of a file in the inbox. */
  notify(name: string, attributes?: Record<string, string>): Promise<number>;
  /** Its exit code or signal, once it has ended. */
  readonly ended: Promise<readonly unknown[]>;
  stop(): Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** A message to push. */
export interface PushedMessage {
  readonly id: string;
  readonly data?: string | Uint8Array;
  readonly attributes?: Record<string, string>;
}

/** Starts a function from source and waits until it listens; it ends with this process, however that ends. */
export async function startServer(
  target: 'predict' | 'score',
  {
    modelUri = join(root, 'model-files/flight-delay'),
    source = join(root, 'functions/index.ts'),
    environment: more = {} as Readonly<Record<string, string>>,
    port: asked = 0,
    home = root, // a folder that holds what is deployed, installed: it is then started as Google starts it
    plain = false, // true: without the settings that `scorestream serve` gives the process
  } = {},
): Promise<FunctionServer> {
  const dir = await mkdtemp(join(tmpdir(), `scorestream-${target}-`));
  const [dataDir, inboxDir, outputDir] = ['data', 'inbox', 'output'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  const port = asked === 0 ? await freePort() : asked;
  const environment = {
    MODEL_URI: modelUri,
    LOCAL_DATA_DIR: dataDir,
    LOCAL_INBOX_DIR: inboxDir,
    OUTPUT_URI: outputDir,
    ...more,
  };
  const child = spawn(
    process.execPath,
    [
      ...(plain ? [] : FUNCTION_NODE_OPTIONS),
      `--import=${DIE_WITH_PARENT}`,
      join(home, FRAMEWORK),
      `--port=${port}`,
      ...(home === root ? [`--source=${source}`] : []),
    ],
    {
      cwd: home,
      env: {
        ...(plain ? {} : FUNCTION_ENVIRONMENT),
        ...process.env,
        ...{ FUNCTION_TARGET: target, FUNCTION_SIGNATURE_TYPE: 'http', ...environment },
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const ended: Promise<readonly unknown[]> = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_MS;
  while (
    !(await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    assert.ok(child.exitCode === null && Date.now() < deadline, `${target} did not start:\n${output}`);
    await delay(20);
  }
  const push = async (path: string, { id, data, attributes = {} }: PushedMessage): Promise<number> => {
    const encoded = data === undefined ? {} : { data: Buffer.from(data).toString('base64') };
    const message = { ...encoded, attributes, messageId: id, publishTime: '2026-01-02T03:04:05.678Z' };
    const body = JSON.stringify({ message, subscription: 'projects/local/subscriptions/test' });
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return answer.status;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    }
    await rm(dir, { recursive: true, force: true });
  };
  const storage = createLocalStorage({ buckets: { inbox: inboxDir } });
  return {
    url,
    pid: child.pid ?? 0, // it answers, so it has one
    dataDir,
    inboxDir,
    outputDir,
    log: () => output,
    ended,
    push,
    async topic(name) {
      const messages: TopicMessage[] = [];
      for await (const { message } of readTopic(topicPath(dataDir, name))) messages.push(message);
      return messages;
    },
    async notify(name, attributes = {}) {
      const generation =
        attributes['objectGeneration'] ?? (await storage.stat(storage.uri('inbox', name))).generation;
      const event = {
        eventType: 'OBJECT_FINALIZE',
        bucketId: 'inbox',
        objectId: name,
        objectGeneration: generation,
      };
      return push('/objects', { id: `n-${name}-${generation}`, attributes: { ...event, ...attributes } });
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** The only file of a name below a folder, as text. */
export async function readOutput(folder: string, name: string): Promise<string> {
  const { globSync } = await import('node:fs');
  const found = globSync(`**/${name}`, { cwd: folder });
  assert.equal(found.length, 1, `${name} below ${folder}: ${found.join(', ') || 'none'}`);
  return readFile(join(folder, found[0] ?? ''), 'utf8');
}
