// The programs of samples/predict and samples/publish are run against one `npm start`, over the Pub/Sub emulator where
// there is one, and every command of their READMEs is among them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Served, serveIn, until } from '../e2e/served.ts';
import { type PubSubServer, startPubSub, whyNoPubSub } from '../servers/pubsub.ts';
import { skip } from '../servers/skip.ts';
import { readBlocks, toSteps } from './commands.ts';
import { createSamplePrograms, type SamplePrograms } from './sample-programs.ts';

const URL = 'http://localhost:8080/predict';
const PYTHON = '.cache/predict/bin/python samples/predict/predict.py';
const CLIENTS = ['samples/predict/predict.sh', 'node samples/predict/predict.mjs', PYTHON];
/** Each file of flights, and the labels and probabilities that it gets; a refusal where a row is bad. */
const FILES = [
  ['flight.json', /"label":1,"probability":0\.72130173,.*"digest":"9a08cdc4bf3a"/],
  [
    'flights.ndjson',
    /^\{"label":1,"probability":0\.72130173,.*\n.*"label":1,"probability":0\.5618306,.*\n.*"label":0,/,
  ],
  ['flights.csv', /^\{"error":"Row 3 \(line 5\): column \\"OPERA\\".*"code":"UNKNOWN_CATEGORY"/],
  ['flights-one-hot.csv', /^LA812,.*,1,0\.72130173\nH2104,.*,1,0\.5618306\nKL701,.*,0,0\.2413311\n$/m],
  ['flight.form', /^\{"model_prediction":"\[1\]"/],
] as const;
const LATAM = ['1', 0.72130173];
const SKY = ['1', 0.5618306];
const KLM = ['0', 0.2413311];
/** The label and probability of each row of each message; a code where the row becomes a dead letter. */
const SCORED = [[LATAM], [LATAM, SKY], [LATAM, SKY, KLM, 'UNKNOWN_CATEGORY']];

const readCommands = (folder: string) => toSteps(readBlocks(`samples/${folder}/README.md`));
const isInstall = (command: string): boolean => / -m venv |\/pip install /.test(command);

const noPubSub = whyNoPubSub();
let programs: SamplePrograms;
let emulator: PubSubServer | undefined;
let served: Served;
let dir: string;
before(async () => {
  programs = await createSamplePrograms(['predict', 'publish']);
  dir = await mkdtemp(join(tmpdir(), 'scorestream-samples-'));
  emulator = noPubSub === undefined ? await startPubSub() : undefined;
  served = await serveIn(join(dir, 'data'), join(dir, 'inbox'), toEnvironment());
});
after(async () => {
  await served?.end('SIGINT');
  await emulator?.stop();
  await programs?.remove();
  await rm(dir, { recursive: true, force: true });
});

function toEnvironment(): Readonly<Record<string, string>> {
  if (emulator === undefined) return {};
  return { PUBSUB_EMULATOR_HOST: emulator.host, GOOGLE_CLOUD_PROJECT: emulator.project };
}

for (const [folder, commands] of [
  ['predict', CLIENTS],
  ['publish', ['samples/publish/publish.sh', 'node samples/publish/publish.mjs']],
] as const) {
  it(`samples/${folder}/README.md shows each program, and how to install what Python needs`, () => {
    const shown = readCommands(folder).map(({ command }) => command);
    for (const each of commands)
      assert.ok(
        shown.some((command) => command.startsWith(each)),
        each,
      );
    assert.deepEqual(shown.filter(isInstall), [
      `python3 -m venv .cache/${folder}`,
      `.cache/${folder}/bin/pip install --quiet -r samples/${folder}/requirements.txt`,
    ]);
  });
}

it('samples/predict needs no package that samples/publish, whose Python runs both here, does not have', async () => {
  const [own = [], all = []] = await Promise.all(['predict', 'publish'].map(readPins));
  assert.deepEqual(
    own.filter((pin) => !all.includes(pin)),
    [],
  );
});

async function readPins(folder: string): Promise<readonly string[]> {
  const path = join(import.meta.dirname, `../../samples/${folder}/requirements.txt`);
  return (await readFile(path, 'utf8')).match(/^\S+==\S+$/gm) ?? [];
}

describe('the samples of samples/predict', () => {
  const toUrl = (): string => URL.replace('8080', `${served.ports[0]}`);

  for (const { command, output } of readCommands('predict')) {
    if (isInstall(command)) continue;
    it(`print what their README shows: ${command}`, async (context) => {
      const own = command.includes(URL) ? command.replace(URL, toUrl()) : `${command} ${toUrl()}`;
      const ran = await programs.run(own, context);
      if (ran !== undefined) assert.equal(ran.stdout.trimEnd(), output.trimEnd());
    });
  }

  for (const client of CLIENTS) {
    it(`send every notation, and end with an error where they are refused: ${client}`, async (context) => {
      for (const [file, expected] of FILES) {
        const ran = await programs.run(`${client} samples/${file} ${toUrl()}`, context);
        if (ran === undefined) return;
        assert.match(ran.stdout, expected, file);
        assert.equal(ran.code === 0, file !== 'flights.csv', `${file}: ${ran.code} ${ran.stderr}`);
      }
    });

    it(`send the identity token that they are given, and none without: ${client}`, async (context) => {
      const guard = createServer((request, response) => {
        request.resume().on('end', () => response.end(request.headers.authorization ?? 'none'));
      }).listen(0, '127.0.0.1');
      await once(guard, 'listening');
      const { port } = guard.address() as AddressInfo; // it listens on a port
      const command = `${client} samples/flight.json http://127.0.0.1:${port}`;
      for (const [token, said] of [
        ['an.identity.token', 'Bearer an.identity.token'],
        ['', 'none'],
      ] as const) {
        const ran = await programs.run(command, context, { TOKEN: token });
        if (ran !== undefined) assert.equal(ran.stdout, said);
      }
      guard.close();
    });

    it(`name the files that they take: ${client}`, async (context) => {
      const ran = await programs.run(`${client} samples/README.md`, context);
      if (ran === undefined) return;
      assert.notEqual(ran.code, 0);
      assert.match(ran.stderr, /samples\/README\.md"?: expected \.json, \.ndjson, \.csv or \.form\./);
    });
  }
});

if (noPubSub !== undefined) skip('the samples of samples/publish', noPubSub);
else {
  describe('the samples of samples/publish', () => {
    const outcomes = new Map<string, unknown>();
    const toName = (kind: string, name: string): string => `projects/${emulator?.project}/${kind}/${name}`;

    for (const { command } of readCommands('publish').filter(({ command }) =>
      / projects\/PROJECT\/topics/.test(command),
    )) {
      it(`publish flights that are scored: ${command}`, async (context) => {
        const own = command.replace('projects/PROJECT/topics/features', toName('topics', 'features'));
        const ran = await programs.run(own, context, toEnvironment());
        if (ran === undefined) return;
        const ids = ran.stdout.trim().split('\n');
        assert.equal(ids.length, SCORED.length, ran.stderr);
        for (const [index, rows] of SCORED.entries()) {
          assert.deepEqual(await outcomesOf(ids[index] ?? '', rows.length), rows);
        }
      });
    }

    it('take predictions from their subscription, a line each', async (context) => {
      const pull = `samples/publish/pull.sh ${toName('subscriptions', 'predictions')}`;
      const flight = await readFile(join(import.meta.dirname, '../../samples/flight.json'));
      const messages = [{ data: flight.toString('base64') }];
      await emulator?.ask('POST', `${toName('topics', 'features')}:publish`, { messages });
      let printed = '';
      await until(
        async () => {
          printed = (await programs.run(pull, context, toEnvironment()))?.stdout ?? '';
          return printed !== '';
        },
        () => 'a prediction',
      );
      const { label, probability } = JSON.parse(printed);
      assert.deepEqual([label, probability], LATAM);
    });

    /** The outcomes of a message's rows, when all are there; a message may be delivered twice. */
    async function outcomesOf(id: string, rows: number): Promise<readonly unknown[]> {
      const own = (): (readonly [string, unknown])[] =>
        [...outcomes].filter(([key]) => key.split('/')[0] === id);
      await until(
        async () => {
          for (const { message } of await pull('predictions')) {
            const { prediction_id, label, probability } = JSON.parse(
              Buffer.from(message.data, 'base64').toString(),
            );
            outcomes.set(prediction_id, [label, probability]);
          }
          for (const { message } of await pull('dead-letters')) {
            outcomes.set(message.attributes['dead-letter-id'] ?? '', message.attributes['error-code']);
          }
          return own().length >= rows;
        },
        () => `${rows} rows of message ${id}; there are ${own().length}:\n${served.output()}`,
      );
      return own()
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([, each]) => each);
    }
  });
}

/** A message as the REST API gives it. */
interface Received {
  readonly ackId: string;
  readonly message: { readonly data: string; readonly attributes: Readonly<Record<string, string>> };
}

/** Takes the messages of a subscription. */
async function pull(name: string): Promise<readonly Received[]> {
  assert.ok(emulator);
  const { ask, project } = emulator;
  const path = `projects/${project}/subscriptions/${name}`;
  const answer = await ask('POST', `${path}:pull`, { maxMessages: 100, returnImmediately: true });
  const received = (answer['receivedMessages'] ?? []) as readonly Received[]; // as the API says
  if (received.length > 0) {
    await ask('POST', `${path}:acknowledge`, { ackIds: received.map(({ ackId }) => ackId) });
  }
  return received;
}
