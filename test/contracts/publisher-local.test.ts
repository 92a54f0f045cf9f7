import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createLocalPublisher } from '../../src/adapters/local/publisher.ts';
import {
  readTopic,
  type SkippedLine,
  type TopicMessage,
  topicPath,
} from '../../src/adapters/local/topic-file.ts';
import { publisherContract } from './publisher.ts';

const clock = { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
const publisherUrl = new URL('../../src/adapters/local/publisher.ts', import.meta.url).href;

publisherContract('local files', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'publisher-'));
  return {
    publisher: createLocalPublisher({ dataDir, clock }),
    received: (topic) => readAll(dataDir, topic),
    topic: async () => `topic-${randomUUID()}`,
    close: () => rm(dataDir, { recursive: true }),
  };
});

describe('local publisher', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'publisher-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const publish = async (topic: string, ...texts: readonly string[]) =>
    createLocalPublisher({ dataDir, clock }).publish(
      topic,
      texts.map((text) => ({ data: Buffer.from(text), attributes: { kind: 'test' } })),
    );

  it('writes a message as one line that a person can read', async () => {
    const [messageId] = await publish('readable', '{"label": 1}');
    assert.equal(
      await readFile(topicPath(dataDir, 'readable'), 'utf8'),
      `{"messageId":"${messageId}","publishTime":"2026-01-02T03:04:05.006Z","attributes":{"kind":"test"},"data":"{\\"label\\": 1}"}\n`,
    );
  });

  it('ends a torn line before it appends', async () => {
    await publish('torn', 'before');
    await appendFile(topicPath(dataDir, 'torn'), '{"messageId":"x","publishT');
    await publish('torn', 'after');
    const skipped: SkippedLine[] = [];
    const messages = await readAll(dataDir, 'torn', skipped);
    assert.deepEqual(
      messages.map((message) => Buffer.from(message.data).toString()),
      ['before', 'after'],
    );
    assert.equal(skipped.length, 1);
  });

  it('keeps every line whole when several processes append at once', async () => {
    const script = `
      const { createLocalPublisher } = await import(process.argv[1]);
      const [, , dataDir, who] = process.argv;
      const publisher = createLocalPublisher({ dataDir, clock: { nowMs: () => Date.now() } });
      for (let call = 0; call < 20; call++) {
        const texts = Array.from({ length: 25 }, (_, i) => who + ' ' + (call * 25 + i) + ' ' + 'x'.repeat(i * 300));
        await publisher.publish('shared', texts.map((text) => ({ data: Buffer.from(text), attributes: {} })));
      }`;
    const codes = await Promise.all(
      ['a', 'b', 'c'].map(async (who) => {
        const args = ['--input-type=module', '-e', script, publisherUrl, dataDir, who];
        const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
        return code;
      }),
    );
    assert.deepEqual(codes, [0, 0, 0]);
    const skipped: SkippedLine[] = [];
    const texts = (await readAll(dataDir, 'shared', skipped)).map((message) =>
      Buffer.from(message.data).toString().split(' ').slice(0, 2).join(' '),
    );
    assert.deepEqual(skipped, []);
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    for (const who of ['a', 'b', 'c']) {
      const own = texts.filter((text) => text.startsWith(who));
      assert.deepEqual(
        own,
        numbers.map((number) => `${who} ${number}`),
      );
    }
  });

  it('goes on in a folder that was deleted meanwhile', async () => {
    const publisher = createLocalPublisher({ dataDir, clock });
    const message = { data: Buffer.from('x'), attributes: {} };
    await publisher.publish('again', [message]);
    await rm(dirname(topicPath(dataDir, 'again')), { recursive: true });
    await publisher.publish('again', [message]);
    assert.equal((await readAll(dataDir, 'again')).length, 1);
  });

  it('loses nothing of a call larger than one write', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(100_000, '.'));
    await publish('large', ...texts);
    const messages = await readAll(dataDir, 'large');
    assert.deepEqual(
      messages.map((message) => Buffer.from(message.data).toString()),
      texts,
    );
  });

  const names = ['', 'ab', '1abc', '../escape', 'with space', 'a/b', `a${'b'.repeat(255)}`];
  for (const name of names) {
    it(`refuses the topic name ${JSON.stringify(name.slice(0, 20))}`, async () => {
      await assert.rejects(publish(name, 'x'), { code: 'PUBLISH_FAILED', message: /is no topic name/ });
    });
  }

  it('accepts a message of 10,000,000 bytes and refuses one more', async () => {
    const publisher = createLocalPublisher({ dataDir, clock });
    const attributes = { key: 'value' };
    // Control characters are the worst case of JSON text.
    const data = new Uint8Array(10_000_000 - 'keyvalue'.length).fill(1);
    await publisher.publish('limit', [{ data, attributes }]);
    const [message] = await readAll(dataDir, 'limit');
    assert.ok(Buffer.from(message?.data ?? []).equals(data));
    await assert.rejects(
      publisher.publish('limit', [
        { data: Buffer.from('small'), attributes },
        { data: new Uint8Array(data.length + 1), attributes },
      ]),
      { name: 'ScorerError', code: 'OUTPUT_TOO_LARGE', message: /got 10000001$/ },
    );
    assert.equal((await readAll(dataDir, 'limit')).length, 1, 'nothing of a refused call is written');
  });

  it('names the file and the reason when it cannot be written', async () => {
    const path = topicPath(dataDir, 'folder');
    await mkdir(path, { recursive: true });
    await assert.rejects(publish('folder', 'x'), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'PUBLISH_FAILED');
      assert.match(error.message, /EISDIR/);
      return error.message.includes(path);
    });
  });

  it('fails when the disk is full', { skip: process.platform !== 'linux' }, async () => {
    const path = topicPath(dataDir, 'full');
    await mkdir(dirname(path), { recursive: true });
    await symlink('/dev/full', path);
    await assert.rejects(publish('full', 'x'), { code: 'PUBLISH_FAILED', message: /ENOSPC/ });
  });

  it('stops waiting when the signal is aborted', async () => {
    const publisher = createLocalPublisher({ dataDir, clock });
    const abort = new AbortController();
    const publishing = publisher.publish('abort', [{ data: Buffer.from('x'), attributes: {} }], abort);
    abort.abort();
    await assert.rejects(publishing, { code: 'PUBLISH_FAILED' });
    await publisher.close();
    assert.deepEqual(await readAll(dataDir, 'abort'), [], 'it was taken out before it was written');
  });

  it('refuses to publish once closed', async () => {
    const publisher = createLocalPublisher({ dataDir, clock });
    await publisher.close();
    await assert.rejects(publisher.publish('closed', [{ data: Buffer.from('x'), attributes: {} }]), {
      code: 'PUBLISH_FAILED',
      message: /closed/,
    });
  });
});

async function readAll(dataDir: string, topic: string, skipped: SkippedLine[] = []): Promise<TopicMessage[]> {
  const onSkipped = (line: SkippedLine) => skipped.push(line);
  const messages: TopicMessage[] = [];
  for await (const line of readTopic(topicPath(dataDir, topic), { onSkipped })) messages.push(line.message);
  return messages;
}
