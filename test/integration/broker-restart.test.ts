import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { readTopic, topicPath } from '../../src/adapters/local/topic-file.ts';
import { type Delivery, openSubscriptionLedger } from '../../src/local/subscription-ledger.ts';
import { createSubscriptionLog } from '../../src/local/subscription-log.ts';
import { until, useBroker } from './broker-fixture.ts';

describe('broker after a restart', () => {
  const rig = useBroker();
  const { start, publishTexts, texts, events, drained, spawnBroker } = rig;

  it('delivers after a restart what was not acknowledged, its attempts kept, and nothing else', async () => {
    rig.handler = (_, text) => (text.startsWith('bad') ? 500 : 204);
    const policy = { maxDeliveryAttempts: 1000, deadLetterTopic: 'dead-letters' };
    await publishTexts('good 1', 'bad 1', 'good 2', 'bad 2', 'good 3');
    const first = await start(policy);
    await until('the good are done', async () => (await first.backlog())[0]?.outstanding === 2);
    await until('the bad failed twice', () => texts().filter((text) => text === 'bad 2').length > 2);
    await first.stop();
    const failed = events('DELIVERY_FAILED').length;
    assert.deepEqual([...new Set(texts())].sort(), ['bad 1', 'bad 2', 'good 1', 'good 2', 'good 3']);

    rig.pushes.length = 0;
    rig.handler = () => 204;
    const second = await start(policy);
    await drained(second);
    assert.deepEqual(texts().sort(), ['bad 1', 'bad 2']);
    const attempts = rig.pushes.reduce((sum, { push }) => sum + (push.deliveryAttempt ?? 0), 0);
    assert.equal(attempts, failed + 2);
    await second.stop();

    rig.pushes.length = 0;
    await drained(await start(policy));
    assert.deepEqual(texts(), []);
  });

  it('keeps what was acknowledged through a state file with a torn last line', async () => {
    await publishTexts('one', 'two');
    const first = await start();
    await drained(first);
    await first.stop();
    const path = join(rig.dataDir, 'subscriptions', 'features-push.ndjson');
    await appendFile(path, '{"offset":0,"att');
    await publishTexts('three');
    await drained(await start());
    assert.deepEqual(texts().sort(), ['one', 'three', 'two']);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    assert.ok(
      lines.every((line) => typeof JSON.parse(line) === 'object'),
      'the file was written anew',
    );
  });

  it('starts over, with a warning, on a state file that is damaged', async () => {
    await publishTexts('one');
    const first = await start();
    await drained(first);
    await first.stop();
    const path = join(rig.dataDir, 'subscriptions', 'features-push.ndjson');
    await writeFile(path, `{"fr\n${await readFile(path, 'utf8')}`);
    await drained(await start());
    assert.deepEqual(texts(), ['one', 'one']);
    assert.equal(events('TOPIC_RESTARTED').length, 1);
  });

  for (const [when, running, text] of [
    ['while the broker runs', true, 'new'],
    ['while the broker is stopped', false, 'new'],
    ['while the broker is stopped, and is longer by now', false, 'a new one '.repeat(100)],
  ] as const) {
    it(`starts over when the topic's file was deleted ${when}`, async () => {
      await publishTexts('a long message of the old file');
      const first = await start();
      await drained(first);
      if (!running) await first.stop();
      await rm(topicPath(rig.dataDir, 'features'));
      if (running) await until('it is noticed', () => events('TOPIC_RESTARTED').length > 0);
      await publishTexts(text);
      const broker = running ? first : await start();
      await drained(broker);
      await broker.stop();
      assert.equal(texts().at(-1), text);
      assert.equal(events('TOPIC_RESTARTED').length, 1);
      await drained(await start());
      assert.equal(rig.pushes.length, 2, 'and what is acknowledged of the new file stays so');
    });
  }

  it('starts over when a subscription moves to another topic', async () => {
    await publishTexts('one');
    const first = await start({ topic: 'other-topic' });
    await drained(first);
    await first.stop();
    await drained(await start());
    assert.deepEqual(texts(), ['one']);
    assert.equal(events('TOPIC_RESTARTED').length, 1);
  });

  it('writes its state file anew, without what later lines replaced', async () => {
    const path = join(rig.dataDir, 'subscriptions', 'features-push.ndjson');
    await mkdir(dirname(path));
    await writeFile(path, `{"from":0,"topic":"features"}\n${'{"offset":0,"attempts":1}\n'.repeat(10_000)}`);
    await publishTexts('x');
    const broker = await start();
    await drained(broker);
    await broker.stop();
    assert.ok((await readFile(path, 'utf8')).length < 200);
    assert.deepEqual(await readdir(join(rig.dataDir, 'subscriptions')), ['features-push.ndjson']);
  });

  it('keeps in a file written anew what was read and never answered', async () => {
    await publishTexts('acknowledged', 'unanswered', 'failing');
    const topicFile = topicPath(rig.dataDir, 'features');
    const path = join(rig.dataDir, 'subscriptions', 'features-push.ndjson');
    const logger = { log: () => {} };
    const ledger = await openSubscriptionLedger({ path, topic: 'features', topicFile, logger });
    const deliveries: Delivery[] = [];
    for await (const line of readTopic(topicFile)) {
      const delivery = ledger.admit(line);
      if (delivery !== undefined) deliveries.push(delivery);
    }
    const [acknowledged, , failing] = deliveries;
    assert.ok(acknowledged !== undefined && failing !== undefined);
    ledger.ack(acknowledged);
    const end = (await readFile(topicFile)).length;
    const isWrittenAnew = async (): Promise<boolean> => {
      const [head = ''] = (await readFile(path, 'utf8')).split('\n');
      return JSON.parse(head).from === end;
    };
    // on a slow disk many records go into one write, and the file is written anew with the next one
    for (let attempt = 1; attempt <= 1_000_000; attempt += 1) {
      ledger.nack(failing);
      if (attempt % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (attempt % 10_000 === 0 && (await isWrittenAnew())) break;
    }
    await ledger.close();
    assert.ok(await isWrittenAnew());
    await drained(await start());
    assert.deepEqual(texts().sort(), ['failing', 'unanswered']);
  });

  it('writes its state file anew while it runs, once 1 MiB was appended', async () => {
    const path = join(rig.dataDir, 'log.ndjson');
    const log = createSubscriptionLog(path, () => ['{"from":7,"topic":"features"}\n'], { log: () => {} });
    await log.compact();
    for (let offset = 0; offset < 100_000; offset += 1) {
      log.record({ offset, acked: true });
      if (offset % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close();
    const text = await readFile(path, 'utf8');
    assert.ok(text.startsWith('{"from":7,'));
    assert.ok(text.length < 2 * 1024 * 1024, `it has ${text.length} bytes`);
  });

  it('loses nothing when it is killed again and again in mid-stream', async () => {
    const acknowledged = new Map<string, number>();
    rig.handler = (_, text) => {
      if (rig.pushes.length % 7 === 0) return 503;
      acknowledged.set(text, (acknowledged.get(text) ?? 0) + 1);
      return 204;
    };
    const total = 3000;
    for (let kill = 1; kill <= 3; kill += 1) {
      const part = Array.from({ length: total / 3 }, (_, index) => `${kill}-${index}`);
      await publishTexts(...part);
      const process = spawnBroker('');
      await until('the stream is under way', () => acknowledged.size > (kill * total) / 3 - 500);
      process.kill('SIGKILL');
      await once(process, 'exit');
    }
    const beforeRestart = [...acknowledged.values()].reduce((sum, times) => sum + times, 0);
    assert.ok(acknowledged.size < total, 'the last broker was killed before it was done');
    await drained(await start());
    assert.equal(acknowledged.size, total);
    const times = [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(times - beforeRestart < total / 2, 'what was acknowledged long ago does not come again');
  });
});
