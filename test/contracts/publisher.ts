import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ScorerError } from '../../src/errors.ts';
import type { OutgoingMessage, Publisher } from '../../src/ports/publisher.ts';

/** A message as a subscriber of the topic gets it. */
export interface ReceivedMessage extends OutgoingMessage {
  readonly messageId: string;
}

/** What an adapter hands to the suite. */
export interface PublisherSetup {
  readonly publisher: Publisher;
  /** All messages published to the topic so far; duplicates are allowed, the suite polls. */
  received(topic: string): Promise<readonly ReceivedMessage[]>;
  /** Makes a topic that nothing was published to. */
  topic(): Promise<string>;
  /** Releases what the setup made; the publisher may be closed already. */
  close(): Promise<void>;
}

const DEADLINE_MS = 60_000;
const encoder = new TextEncoder();

/** The suite that every {@link Publisher} passes: on files, and on Pub/Sub's emulator. */
export function publisherContract(name: string, setup: () => Promise<PublisherSetup>): void {
  describe(`publisher contract: ${name}`, () => {
    let context: PublisherSetup;
    before(async () => {
      context = await setup();
    });
    after(() => context.close());

    it('gives every message an id of its own, in the order of the input', async () => {
      const topic = await context.topic();
      const texts = ['first', 'second', 'third', 'first'];
      const ids = await context.publisher.publish(topic, texts.map(toMessage));
      assert.equal(new Set(ids).size, texts.length);
      const received = await receive(context, topic, texts.length);
      const byId = new Map(received.map((message) => [message.messageId, toText(message)]));
      assert.deepEqual(
        ids.map((id) => byId.get(id)),
        texts,
      );
    });

    it('publishes nothing when there is nothing to publish', async () => {
      assert.deepEqual(await context.publisher.publish(await context.topic(), []), []);
    });

    const payloads: readonly (readonly [string, Uint8Array, Readonly<Record<string, string>>])[] = [
      ['every byte from 0 to 255', Uint8Array.from({ length: 256 }, (_, byte) => byte), {}],
      ['UTF-8 text with line ends and quotes', encoder.encode('{"a":"b\\"c"}\r\n\u0000日本 🚀\u2028'), {}],
      ['a UTF-8 byte order mark', encoder.encode('\ufeffa,b\n1,2\n'), {}],
      ['an unfinished UTF-8 sequence', Uint8Array.of(0x61, 0xe2, 0x82), {}],
      ['no data but attributes', new Uint8Array(), { reason: 'none' }],
      ['attributes of any script', encoder.encode('x'), { ciudad: 'Córdoba "☃"\n', 日本: '🚀', empty: '' }],
    ];
    for (const [what, data, attributes] of payloads) {
      it(`brings ${what} through unchanged`, async () => {
        const topic = await context.topic();
        await context.publisher.publish(topic, [{ data, attributes }]);
        const [message] = await receive(context, topic, 1);
        assert.deepEqual([...(message?.data ?? [])], [...data]);
        assert.deepEqual({ ...message?.attributes }, attributes);
      });
    }

    it('publishes a view into a larger buffer without its surroundings', async () => {
      const topic = await context.topic();
      await context.publisher.publish(topic, [
        { data: encoder.encode('before|inside|after').subarray(7, 13), attributes: {} },
      ]);
      assert.deepEqual((await receive(context, topic, 1)).map(toText), ['inside']);
    });

    it('accepts 1,000 messages in one call', async () => {
      const topic = await context.topic();
      const texts = Array.from({ length: 1000 }, (_, index) => `message ${index}`);
      const ids = await context.publisher.publish(topic, texts.map(toMessage));
      assert.equal(new Set(ids).size, 1000);
      const received = await receive(context, topic, 1000);
      assert.deepEqual(received.map(toText).sort(), texts.sort());
    });

    it('accepts 50 calls at once', async () => {
      const topic = await context.topic();
      const texts = Array.from({ length: 50 }, (_, index) => `call ${index}`);
      const ids = await Promise.all(texts.map((text) => context.publisher.publish(topic, [toMessage(text)])));
      const received = await receive(context, topic, 50);
      const byId = new Map(received.map((message) => [message.messageId, toText(message)]));
      assert.deepEqual(
        ids.map(([id]) => byId.get(id ?? '')),
        texts,
      );
    });

    it('keeps the order within an ordering key, within a call and between calls', async () => {
      const topic = await context.topic();
      for (const round of [0, 1, 2]) {
        const messages = Array.from({ length: 20 }, (_, index) => ({
          ...toMessage(`${round * 10 + (index >> 1)}`),
          orderingKey: index % 2 === 0 ? 'even' : 'odd',
        }));
        await context.publisher.publish(topic, messages);
      }
      const received = await receive(context, topic, 60);
      const expected = Array.from({ length: 30 }, (_, index) => `${index}`);
      for (const key of ['even', 'odd']) {
        const ofKey = received.filter((message) => message.orderingKey === key);
        assert.deepEqual(ofKey.map(toText), expected, key);
      }
    });

    it('accepts a message of 5 MB', async () => {
      const topic = await context.topic();
      const data = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * 31) % 251);
      await context.publisher.publish(topic, [{ data, attributes: {} }]);
      const [message] = await receive(context, topic, 1);
      assert.ok(Buffer.from(message?.data ?? []).equals(data));
    });

    it('refuses a call whose signal is aborted already', async () => {
      const topic = await context.topic();
      const signal = AbortSignal.abort();
      await assert.rejects(
        context.publisher.publish(topic, [toMessage('late')], { signal }),
        (error) => error instanceof ScorerError && error.retryable,
      );
    });

    it('waits on close for what is under way', async () => {
      const own = await setup();
      try {
        const topic = await own.topic();
        const accepted: string[] = [];
        const publishing = own.publisher
          .publish(topic, ['one', 'two'].map(toMessage))
          .then((ids) => accepted.push(...ids));
        await own.publisher.close();
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(accepted.length, 2, 'the publish had not ended when close did');
        await publishing;
        const received = await receive(own, topic, 2);
        assert.deepEqual(received.map((message) => message.messageId).sort(), accepted.sort());
      } finally {
        await own.close();
      }
    });
  });
}

/** Polls until so many different messages have come; each once, in the order of its first coming. */
async function receive(
  context: PublisherSetup,
  topic: string,
  count: number,
): Promise<readonly ReceivedMessage[]> {
  const deadlineMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const byId = new Map<string, ReceivedMessage>();
    for (const message of await context.received(topic)) {
      if (!byId.has(message.messageId)) byId.set(message.messageId, message);
    }
    if (byId.size >= count) {
      assert.equal(byId.size, count);
      return [...byId.values()];
    }
    assert.ok(Date.now() < deadlineMs, `only ${byId.size} of ${count} messages came`);
    await delay(20);
  }
}

function toMessage(text: string): OutgoingMessage {
  return { data: encoder.encode(text), attributes: {} };
}

function toText(message: OutgoingMessage): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(message.data);
}
