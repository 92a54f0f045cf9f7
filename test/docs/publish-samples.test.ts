// The commands of samples/publish/README.md publish to a topic whose messages are pushed to the scoring function.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TopicMessage } from '../../src/adapters/local/topic-file.ts';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { describeWithPubSub } from '../servers/pubsub.ts';
import { readBlocks, toSteps } from './commands.ts';
import { type PythonEnvironment, preparePython } from './python-environment.ts';

const root = join(import.meta.dirname, '../..');
const TOPIC = 'projects/PROJECT/topics/features';
const ENVIRONMENT = '.cache/publish';
const DEADLINE_MS = 30_000;
const LATAM = ['1', 0.72130173];
const SKY = ['1', 0.5618306];
const KLM = ['0', 0.2413311];
/** The label and probability of each row of each message; a code where the row becomes a dead letter. */
const SCORED = [[LATAM], [LATAM, SKY], [LATAM, SKY, KLM, 'UNKNOWN_CATEGORY']];

const commands = toSteps(readBlocks('samples/publish/README.md')).map(({ command }) => command);
const published = commands.filter((command) => command.endsWith(TOPIC));

it('samples/publish/README.md shows a command for the shell, Node and Python, and how to install', () => {
  assert.deepEqual(
    published.map((command) => command.match(/publish\.\w+/)?.[0]),
    ['publish.sh', 'publish.mjs', 'publish.py'],
  );
  assert.deepEqual(
    commands.filter((command) => / -m venv |\/pip install /.test(command)),
    [
      `python3 -m venv ${ENVIRONMENT}`,
      `${ENVIRONMENT}/bin/pip install --quiet -r samples/publish/requirements.txt`,
    ],
  );
});

describeWithPubSub('the samples of samples/publish', (emulator) => {
  let server: FunctionServer;
  let topic: string;
  let python: PythonEnvironment;
  let home: string;
  before(async () => {
    python = await preparePython(join(root, 'samples/publish/requirements.txt'));
    if ('reason' in python) console.error(`SKIPPED: publish.py was not run: ${python.reason}`);
    home = await mkdtemp(join(tmpdir(), 'scorestream-gcloud-'));
    server = await startServer('score');
    topic = await emulator().createTopic('features');
    await emulator().createSubscription('features', topic, {
      pushConfig: { pushEndpoint: `${server.url}/features` },
    });
  });
  after(async () => {
    await server?.stop();
    if (home !== undefined) await rm(home, { recursive: true, force: true });
  });

  /** The command as it can be run here; without Python none, and a failure where everything must run. */
  function toRun(command: string, context: TestContext): string | undefined {
    const own = command.replace(TOPIC, topic);
    if (!own.startsWith(ENVIRONMENT)) return own;
    if ('folder' in python) return own.replace(ENVIRONMENT, python.folder);
    assert.notEqual(process.env['CI'], 'true', python.reason);
    context.skip(python.reason);
    return undefined;
  }

  /** What a command printed: the ids of its messages. */
  async function publish(command: string): Promise<readonly string[]> {
    const env = {
      ...process.env,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
      PUBSUB_EMULATOR_HOST: emulator().host,
      // nothing of this machine's account, and no question to a cloud that may not be there
      CLOUDSDK_CONFIG: home,
      CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
      METADATA_SERVER_DETECTION: 'none',
    };
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: root, env });
    return stdout.trim().split('\n');
  }

  /** The outcomes of a message's rows, when all are there; a message may be delivered twice. */
  async function outcomesOf(id: string, rows: number): Promise<readonly unknown[]> {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      const outcomes = new Map([
        ...(await server.topic('predictions')).map(toPrediction),
        ...(await server.topic('dead-letters')).map(toLetter),
      ]);
      const own = [...outcomes].filter(([key]) => key.split('/')[0] === id);
      if (own.length >= rows) return own.toSorted(([a], [b]) => a.localeCompare(b)).map(([, each]) => each);
      assert.ok(Date.now() < deadline, `message ${id}: ${own.length} of ${rows} rows:\n${server.log()}`);
      await delay(20);
    }
  }

  for (const command of published) {
    it(`publishes flights that are scored: ${command}`, async (context) => {
      const own = toRun(command, context);
      if (own === undefined) return;
      const ids = await publish(own);
      assert.equal(ids.length, SCORED.length);
      for (const [index, rows] of SCORED.entries()) {
        assert.deepEqual(await outcomesOf(ids[index] ?? '', rows.length), rows);
      }
    });
  }
});

function toPrediction({ data }: TopicMessage): readonly [string, unknown] {
  const { prediction_id, label, probability } = JSON.parse(Buffer.from(data).toString());
  return [prediction_id, [label, probability]];
}

function toLetter({ attributes }: TopicMessage): readonly [string, unknown] {
  return [attributes['dead-letter-id'] ?? '', attributes['error-code']];
}
