// Rows of files and of standard input as messages, by the command.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readTopic, type TopicMessage, topicPath } from '../../src/adapters/local/topic-file.ts';
import { runCli, until } from './served.ts';

const MAIN = join(import.meta.dirname, '../../cli/main.ts');

let dir = '';
let count = 0;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-publish-rows-'));
});
after(() => rm(dir, { recursive: true, force: true }));

async function messagesIn(store: string): Promise<TopicMessage[]> {
  const out: TopicMessage[] = [];
  for await (const { message } of readTopic(topicPath(store, 'features'))) out.push(message);
  return out;
}

/** Publishes to a data folder of its own. */
async function publish(words: readonly string[], input: string | Uint8Array = '') {
  count += 1;
  const store = join(dir, `data-${count}`);
  const run = await runCli(['publish', 'features', ...words, '--data', store], {}, input);
  const messages = await messagesIn(store);
  return { ...run, messages, texts: messages.map(({ data }) => Buffer.from(data).toString()) };
}

async function fileOf(name: string, content: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

describe('scorestream publish', () => {
  it('puts rows together, and tells how many', async () => {
    const file = await fileOf('many.csv', `a,b\n${'1,2\n'.repeat(2500)}`);
    const { stdout, stderr, messages, texts } = await publish([file, '--rows-per-message', '1000']);
    assert.equal(stdout, 'Published 3 messages (2,500 rows) to features.\n');
    assert.equal(stderr, '');
    assert.equal(texts[2], `a,b\n${'1,2\n'.repeat(499)}1,2`);
    assert.deepEqual(messages[0]?.attributes, { 'content-type': 'text/csv' });
  });

  it('reads standard input, and finds out what it is unless that is said', async () => {
    const csv = await publish(['-'], 'a,b\n1,2\n3,4\n');
    assert.deepEqual(csv.texts, ['a,b\n1,2', 'a,b\n3,4']);
    const lines = await publish(['-'], '{"a":1}\n{"a":"\u2028"}\n');
    assert.deepEqual(lines.texts, ['{"a":1}', '{"a":"\u2028"}']);
    const whole = await publish(['-', '--format', 'json'], '{"a":1}\n');
    assert.deepEqual(whole.texts, ['{"a":1}\n']);
  });

  it('gives messages attributes and an ordering key', async () => {
    const flags = ['--attribute', 'day=2026-01-01', '--attribute', 'run=a=b', '--ordering-key', 'k'];
    const { messages } = await publish(['-', ...flags], '[1,2]');
    assert.deepEqual(messages[0]?.attributes, { day: '2026-01-01', run: 'a=b' });
    assert.equal(messages[0]?.orderingKey, 'k');
  });

  it('goes on from a row', async () => {
    const file = await fileOf('some.csv', 'a,b\n1,2\n\n3,4\n5,6\n');
    const { stdout, texts } = await publish([file, '--from-row', '1']);
    assert.equal(stdout, 'Published 2 messages to features.\n');
    assert.deepEqual(texts, ['a,b\n3,4', 'a,b\n5,6']);
    const past = await publish([file, '--from-row', '4']);
    assert.equal(past.code, 1);
    assert.match(past.stderr, /some\.csv has no row 4: it has 3, and they are counted from 0\.\n$/);
  });

  it('publishes rows that cannot be read as they are, and tells how many', async () => {
    const file = await fileOf('bad.csv', 'a,b\n1,2\n"x"y,2\n3,4\n');
    const { code, stdout, texts } = await publish([file, '--rows-per-message', '50000']);
    assert.equal(code, 0);
    assert.deepEqual(texts, ['a,b\n1,2', 'a,b\n"x"y,2', 'a,b\n3,4']);
    assert.equal(
      stdout,
      "Published 3 messages to features.\n1 row can't be read: each becomes a dead letter.\n",
    );
  });

  it('tells after a failure which rows are published, and the command that publishes the rest', async () => {
    const file = await fileOf("it's.csv", `a,b\n1,2\n3,4\n"${'x'.repeat(70_000)}\n5,6\n`);
    const { code, stdout, stderr } = await publish([file, '--attribute', 'a=b c']);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    const [reason, done, goOn, command = ''] = stderr.split('\n');
    assert.match(reason ?? '', /it's\.csv, line 4 \(row 2\): expected a closing quote/);
    assert.match(
      done ?? '',
      /^Published 2 messages to features\. The first 2 rows of .*it's\.csv are published; the rest is not\.$/,
    );
    assert.equal(goOn, 'Go on with:');
    const quoted = `'${file.replaceAll("'", "'\\''")}'`;
    const flags = `--data ${join(dir, `data-${count}`)} --attribute 'a=b c' --from-row 2`;
    assert.equal(command, `  npx scorestream publish features ${quoted} ${flags}`);
  });

  it('tells at Ctrl-C how many rows are published, though its input has not ended', async () => {
    const store = join(dir, 'stopped');
    const child = spawn(process.execPath, [MAIN, 'publish', 'features', '-', '--data', store], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const exit = once(child, 'close');
    child.stdin.write('{"a":1}\n'.repeat(1500));
    await until(
      async () => (await messagesIn(store)).length === 1000,
      () => 'the first batch',
    );
    child.kill('SIGINT');
    assert.deepEqual(await exit, [130, null]);
    assert.match(told, /^Stopping: what is under way is finished first\.\nStopped before the end\.\n/);
    assert.match(told, /The first 1,000 rows of standard input are published; the rest is not\.\n/);
    assert.match(told, /same input from its beginning:\n {2}npx .* - --data .* --from-row 1000\n$/);
    assert.equal((await messagesIn(store)).length, 1000);
  });

  it('publishes nothing of a header alone or of no lines', async () => {
    for (const [name, content] of [
      ['header.csv', 'a,b\n'],
      ['none.ndjson', '\n'],
    ] as const) {
      const { code, stdout } = await publish([await fileOf(name, content)]);
      assert.equal(code, 0);
      assert.equal(stdout, 'Published 0 messages to features.\n');
    }
  });

  const big = 'x'.repeat(1025);
  for (const [what, words, says] of [
    [
      'a folder',
      ['.'],
      '"." is no file to publish: expected a name that ends in .json, .ndjson or .csv, or --format',
    ],
    ['a folder, whatever is said of it', ['.', '--format', 'csv'], '. is a folder: name one file.'],
    ['an empty CSV', ['-', '--format', 'csv'], 'The CSV is empty: expected a header line.'],
    ['an empty document', ['-', '--format', 'json'], 'Standard input is empty: expected a JSON document.'],
    [
      'an unknown format',
      ['-', '--format', 'cvs'],
      'There is no format "cvs": expected one of csv, ndjson, json.',
    ],
    [
      'no rows in a message',
      ['-', '--rows-per-message', '0'],
      '--rows-per-message is "0": expected a whole number from 1 to 50000.',
    ],
    [
      'a row that is no number',
      ['-', '--from-row', 'x'],
      '--from-row is "x": expected a whole number from 0 to',
    ],
    [
      'rows of a document',
      ['-', '--format', 'json', '--from-row', '1'],
      'Standard input is JSON, which is one message',
    ],
    ['an attribute without a value', ['-', '--attribute', 'a'], '--attribute is "a": expected key=value.'],
    [
      'an attribute that is taken',
      ['-', '--attribute', 'content-type=x'],
      `--attribute "content-type" can't be set`,
    ],
    [
      'a long attribute',
      ['-', '--attribute', `a=${big}`],
      '--attribute "a" is too long: expected at most 256 bytes',
    ],
    ['an empty ordering key', ['-', '--ordering-key', ''], '--ordering-key is "": expected 1 to 1024 bytes.'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { code, stderr, messages } = await publish(words);
      assert.equal(code, 1);
      assert.ok(stderr.includes(says), stderr);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.deepEqual(messages, []);
    });
  }
});
