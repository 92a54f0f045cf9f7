// Asks the built functions (dist/), started by the real functions-framework, for one prediction each.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const INSTANCE = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
const EXPECTED = { label: 1, probability: 0.7213 };

if (!existsSync(join(root, 'dist/functions/index.js'))) {
  process.stderr.write('There is nothing in dist/ to try: run `npm run build` first.\n');
  process.exit(1);
}

const dataDir = await mkdtemp(join(tmpdir(), 'scorestream-smoke-'));
try {
  await withFunction('predict', async (url) => {
    const response = await post(url, { instances: [INSTANCE] });
    assert.equal(response.status, 200);
    const { predictions } = (await response.json()) as { predictions: unknown[] };
    assert.equal(predictions.length, 1);
    checkPrediction(predictions[0]);
  });
  process.stdout.write('The built function predict answered a request with the right prediction.\n');

  await withFunction(
    'predict',
    async (url) => {
      const response = await post(url, { instances: [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]] });
      assert.equal(response.status, 200);
      const { predictions } = (await response.json()) as { predictions: { value: number }[] };
      assert.ok(Number.isFinite(predictions[0]?.value));
    },
    join(root, 'test/models/ridge/model.onnx'),
  );
  process.stdout.write('The built function predict served a model file alone.\n');

  await withFunction('score', async (url) => {
    const message = {
      messageId: 'smoke-1',
      publishTime: new Date().toISOString(),
      attributes: {},
      data: Buffer.from(JSON.stringify(INSTANCE)).toString('base64'),
    };
    const response = await post(`${url}/features`, {
      message,
      subscription: 'projects/smoke/subscriptions/features',
    });
    assert.equal(response.status, 204, await response.text());
  });
  const topic = await readFile(join(dataDir, 'topics/predictions.ndjson'), 'utf8');
  const lines = topic.trimEnd().split('\n');
  assert.equal(lines.length, 1);
  const { data } = JSON.parse(lines[0] ?? '') as { data: string };
  const output = JSON.parse(data) as { message_id: string; label: string; probability: number };
  assert.equal(output.message_id, 'smoke-1');
  checkPrediction({ ...output, label: Number(output.label) }); // labels are text in messages
  process.stdout.write('The built function score acknowledged a message and published its prediction.\n');
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

function checkPrediction(prediction: unknown): void {
  const { label, probability } = prediction as { label: unknown; probability: number };
  assert.equal(label, EXPECTED.label);
  const isNear = Math.abs(probability - EXPECTED.probability) < 0.0005;
  assert.ok(isNear, `expected a probability near ${EXPECTED.probability}, got ${probability}`);
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(START_TIMEOUT_MS),
  });
}

/** Starts a function on a free port, hands over its URL, and stops it; its output is shown when anything fails. */
async function withFunction(
  target: string,
  use: (url: string) => Promise<void>,
  modelUri = join(root, 'model-files/flight-delay'),
): Promise<void> {
  const port = await freePort();
  const framework = join(root, 'node_modules/.bin/functions-framework');
  const child = spawn(process.execPath, [framework, `--target=${target}`, `--port=${port}`], {
    cwd: root,
    env: {
      ...process.env,
      MODEL_URI: modelUri,
      LOCAL_DATA_DIR: dataDir,
      OUTPUT_URI: join(dataDir, 'output'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilListening(child, url);
    await use(url);
  } catch (error) {
    process.stderr.write(`The built function ${target} failed; it said:\n${output}\n`);
    throw error;
  } finally {
    await stop(child);
  }
}

async function untilListening(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const end = child.exitCode ?? child.signalCode;
    if (end !== null) throw new Error(`it ended by itself (${end})`);
    try {
      await fetch(`${url}/health`, { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
      return;
    } catch {
      await delay(50); // not listening yet
    }
  }
  throw new Error(`it did not listen within ${START_TIMEOUT_MS / 1000} s`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
  child.kill('SIGTERM');
  try {
    await ended;
  } catch {
    child.kill('SIGKILL');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port was found');
  return address.port;
}
