// The ways in which a delivery can come, over real requests.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { toDelivery } from '../../functions/pubsub/delivery.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import type { TopicMessage } from '../../src/adapters/local/topic-file.ts';
import { encodeShardMessage } from '../../src/batch/protocol/message.ts';
import { createRandom, mutate } from '../mutations.ts';
import vectors from '../unit/delivery-vectors.json' with { type: 'json' };
import {
  binary,
  type Headers,
  type Message,
  structured,
  toPush,
  unwrapped,
  wrapped,
} from '../unit/pushes.ts';
import { type FunctionServer, startServer } from './function-server.ts';

const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';

let server: FunctionServer;
before(async () => {
  server = await startServer('score');
});
after(() => server.stop());

/** Sends bytes and headers as they are, but for those of the connection; returns the status. */
async function send(path: string, body: Uint8Array, rawHeaders: readonly string[]): Promise<number> {
  const headers = ['Host', 'score.example', 'Content-Length', String(body.length)];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!/^(?:host|content-length)$/i.test(name)) headers.push(name, value);
  }
  const sending = request(server.url + path, { method: 'POST', headers });
  sending.end(body);
  const [response] = await once(sending, 'response');
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

/** Sends a delivery and returns what it added to the topics. */
async function deliver(
  path: string,
  body: Uint8Array,
  rawHeaders: readonly string[],
): Promise<{ status: number; predictions: TopicMessage[]; letters: TopicMessage[] }> {
  const [predictions, letters] = [await server.topic('predictions'), await server.topic('dead-letters')];
  const status = await send(path, body, rawHeaders);
  return {
    status,
    predictions: (await server.topic('predictions')).slice(predictions.length),
    letters: (await server.topic('dead-letters')).slice(letters.length),
  };
}

const message: Message = {
  id: 'm-1',
  data: Buffer.from(FLIGHT),
  attributes: { myTeam: 'Zürich ☕' },
  publishTime: '2026-01-02T03:04:05.678Z',
  orderingKey: 'k',
  subscription: 'projects/p/subscriptions/s',
};

describe('a row is scored, whichever way its message comes:', () => {
  for (const [way, push] of Object.entries({
    wrapped: wrapped(message),
    unwrapped: unwrapped(message),
    'structured event': structured(message),
    'binary event': binary(message),
  })) {
    it(way, async () => {
      const { status, predictions, letters } = await deliver('/features', push.body, push.rawHeaders);
      assert.deepEqual([status, predictions.length, letters.length], [204, 1, 0]);
      const data = JSON.parse(Buffer.from(predictions[0]?.data ?? []).toString());
      assert.deepEqual([data.prediction_id, data.publish_time], ['m-1/0', message.publishTime]);
      assert.deepEqual(predictions[0]?.attributes, message.attributes);
    });
  }

  it('without an id, the body alone, twice under one id', async () => {
    const ids: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      const { predictions } = await deliver('/features', Buffer.from(FLIGHT), [
        'content-type',
        'application/json',
      ]);
      ids.push(JSON.parse(Buffer.from(predictions[0]?.data ?? []).toString()).message_id);
    }
    assert.match(ids[0] ?? '', /^[0-9a-f]{32}$/);
    assert.equal(ids[0], ids[1]);
  });

  it('with as many attributes as a message can have, each a header', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, place) => [`q${place}`.padEnd(256, 'x'), 'v'.repeat(1024)]),
    );
    const push = unwrapped({ ...message, attributes });
    const { status, predictions } = await deliver('/features', push.body, push.rawHeaders);
    assert.equal(status, 204);
    assert.deepEqual(predictions[0]?.attributes, attributes);
  });
});

describe('an object is scored when', () => {
  const event = (data: object): Buffer =>
    Buffer.from(
      JSON.stringify({
        specversion: '1.0',
        type: 'google.cloud.storage.object.v1.finalized',
        source: '//storage.googleapis.com/projects/_/buckets/inbox',
        id: 'e-1',
        data,
      }),
    );
  const headers = ['content-type', 'application/cloudevents+json'];

  it('a CloudEvent of Cloud Storage names it', async () => {
    await mkdir(server.inboxDir, { recursive: true });
    await writeFile(join(server.inboxDir, 'flights.csv'), 'OPERA,TIPOVUELO,MES\nGrupo LATAM,I,7\n');
    const storage = createLocalStorage({ buckets: { inbox: server.inboxDir } });
    const { generation } = await storage.stat(storage.uri('inbox', 'flights.csv'));
    const { status, letters } = await deliver(
      '/objects',
      event({ bucket: 'inbox', name: 'flights.csv', generation }),
      headers,
    );
    assert.deepEqual([status, letters], [204, []]);
    assert.match(server.log(), /JOB_SUCCEEDED.*flights\.csv/);
  });

  it('but not on /features, where the dead letter says where it belongs', async () => {
    const body = event({ bucket: 'inbox', name: 'flights.csv', generation: '1' });
    const { status, letters } = await deliver('/features', body, headers);
    assert.deepEqual([status, letters.length], [204, 1]);
    assert.match(letters[0]?.attributes['error-message'] ?? '', /came to \/features: .* to \/objects\.$/);
    assert.equal(letters[0]?.attributes['dead-letter-id'], 'e-1');
  });

  it('and features on /objects become a dead letter that says where they belong', async () => {
    const { status, letters } = await deliver('/objects', Buffer.from(FLIGHT), []);
    assert.deepEqual([status, letters.length], [204, 1]);
    assert.match(letters[0]?.attributes['error-message'] ?? '', /came to \/objects: .* to \/features\.$/);
    assert.equal(Buffer.from(letters[0]?.data ?? []).toString(), FLIGHT);
  });
});

describe('a step of a job', () => {
  const plan = `${'0'.repeat(32)}/plan.json`;
  const toStep = (uri: string): Buffer =>
    encodeShardMessage({ plan: uri, id: '0123456789abcdef', shard: 'finish' });

  for (const [path, data, says] of [
    [
      '/features',
      toStep(`gs://b/_parts/${plan}`),
      /^This is a step of a job, and came to \/features: .* to \/shards\./,
    ],
    [
      '/objects',
      toStep(`gs://b/_parts/${plan}`),
      /^This is a step of a job, and came to \/objects: .* to \/shards\./,
    ],
    ['/shards', Buffer.from(FLIGHT), /^This is no step of a job, and came to \/shards: .* to \/features\.$/],
    ['/shards', toStep(`gs://b/_parts/${plan}`), /^The shard message names the plan .*: expected .*_parts\//],
    ['/shards', Buffer.from('{"plan":7}'), /^The shard message has "plan" 7: expected text\.$/],
  ] as const) {
    it(`that is ${data} on ${path} becomes a dead letter that says what is wrong`, async () => {
      const { body, rawHeaders } = wrapped({ ...message, attributes: {}, data });
      const { status, predictions, letters } = await deliver(path, body, rawHeaders);
      assert.deepEqual([status, predictions, letters.length], [204, [], 1]);
      const { attributes, data: kept } = letters[0] ?? assert.fail();
      assert.match(attributes['error-message'] ?? '', says);
      assert.deepEqual(
        [attributes['error-code'], attributes['dead-letter-kind'], attributes['source-topic']],
        ['INVALID_MESSAGE', 'message', path.slice(1)],
      );
      assert.deepEqual(Buffer.from(kept), data);
    });
  }

  it('whose job is over is acknowledged, and does nothing', async () => {
    const { body, rawHeaders } = wrapped({
      ...message,
      attributes: {},
      data: toStep(`${server.outputDir}/_parts/${plan}`),
    });
    const { status, letters } = await deliver('/shards', body, rawHeaders);
    assert.deepEqual([status, letters], [204, []]);
  });
});

test('whatever is broken in a delivery, it is acknowledged', async () => {
  const random = createRandom(7);
  for (const [index, { headers, body }] of vectors.entries()) {
    const push = toPush(body.replaceAll('some-bucket', 'inbox'), headers as unknown as Headers); // JSON has no tuples
    for (let round = 0; round < 8; round += 1) {
      const seed = index * 100 + round;
      const broken = {
        body: round % 2 === 0 && push.body.length > 0 ? mutate(push.body, seed) : push.body,
        headers: push.rawHeaders.map((text, place) =>
          place % 2 === 0 || random(2) === 0
            ? text
            : toSendable(mutate(Buffer.from(`${text}.`), seed + place)),
        ),
      };
      const paths = namesCloudBucket(broken) ? PATHS.slice(1) : PATHS;
      const path = paths[random(paths.length)] ?? '/features';
      const status = await send(path, broken.body, broken.headers);
      assert.equal(status, 204, `${path} ${broken.headers} ${Buffer.from(broken.body).toString('hex')}`);
    }
  }
});

const PATHS = ['/objects', '/features', '/shards'] as const;

/** An object of a bucket that is no local folder would be asked for in the cloud: that it can't be is no one's mistake. */
function namesCloudBucket(push: { readonly body: Uint8Array; readonly headers: readonly string[] }): boolean {
  const pairs = push.headers.flatMap((name, at) =>
    at % 2 === 0 ? [[name, Buffer.from(push.headers[at + 1] ?? '', 'latin1').toString()] as const] : [],
  );
  const { bucketId } = toDelivery(toPush(push.body, pairs)).attributes;
  return bucketId !== undefined && bucketId !== 'inbox';
}

/** Without the bytes that no header can have. */
function toSendable(bytes: Uint8Array): string {
  return Buffer.from(bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f)).toString('latin1');
}

test('an acknowledgement has neither a body nor a length', async () => {
  const answer = await fetch(`${server.url}/features`, { method: 'POST', body: FLIGHT });
  assert.deepEqual([answer.status, answer.headers.get('content-length')], [204, null]);
  assert.equal(await answer.text(), '');
});
