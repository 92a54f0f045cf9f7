// Bodies of deliveries: large ones wait for each other, small ones don't, and none keeps its place for ever.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, it } from 'node:test';
import { createDeliveryReader, type ReadDelivery } from '../../functions/pubsub/read-delivery.ts';
import { turn } from './fake-models.ts';

const LARGE_BYTES = 16 * 1024 * 1024; // one of them fills what may be held
const { signal } = new AbortController();

let server: http.Server;
let read: ReadDelivery;
let requests: IncomingMessage[];

beforeEach(async () => {
  requests = [];
  read = createDeliveryReader();
  server = http.createServer((request: IncomingMessage, _response: ServerResponse) => {
    requests.push(request);
    server.emit('came');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a body, or the beginning of one, and returns both ends. */
async function send(
  body: Uint8Array | string,
  headers: Readonly<Record<string, string | number>> = { 'content-length': body.length },
): Promise<{ readonly request: IncomingMessage; readonly client: http.ClientRequest }> {
  const { port } = server.address() as AddressInfo; // a TCP server has no other
  const client = http.request({ port, method: 'POST', headers, agent: false });
  client.on('error', () => undefined); // the server ends it
  const came = once(server, 'came');
  if (Number(headers['content-length']) > body.length) client.write(body);
  else client.end(body);
  await came;
  const request = requests.at(-1);
  assert.ok(request !== undefined);
  return { request, client };
}

async function sendLarge(): Promise<IncomingMessage> {
  return (await send(Buffer.alloc(LARGE_BYTES, 'x'))).request;
}

/** Reads a large one, which leaves no room; returns what ends it. */
async function fill(): Promise<() => void> {
  return (await read(await sendLarge(), signal)).release;
}

/** Begins to read, and tells whether it has. */
function begin(request: IncomingMessage, until: AbortSignal = signal) {
  const state = { done: false, outcome: read(request, until) };
  state.outcome.then(
    () => {
      state.done = true;
    },
    () => undefined,
  );
  return state;
}

it('a large body is read once there is room, and a small one at once', async () => {
  const releaseFirst = await fill();
  const waiting = begin(await sendLarge());
  const small = await read((await send('{}')).request, signal);
  assert.equal(Buffer.from(small.delivery.data).toString(), '{}');
  assert.equal(waiting.done, false);
  releaseFirst();
  assert.equal((await waiting.outcome).delivery.data.length, LARGE_BYTES);
});

it('a body that does not say its size counts as a large one until it is read', async () => {
  const releaseFirst = await fill();
  const chunked = begin((await send('{}', { 'transfer-encoding': 'chunked' })).request);
  await turn();
  assert.equal(chunked.done, false);
  releaseFirst();
  await chunked.outcome;
  const almostLarge = (await send(Buffer.alloc(LARGE_BYTES - 2, 'x'))).request;
  await read(almostLarge, signal); // the rest of what it had taken is free again
});

it('a body that waits longer than its delivery may take is given up', async () => {
  await fill();
  const late = new AbortController();
  const waiting = begin(await sendLarge(), late.signal);
  late.abort(new Error('late'));
  await assert.rejects(waiting.outcome, { message: 'late' });
});

it('a body whose client goes away, before it is read or meanwhile, gives back its room', async () => {
  const releaseFirst = await fill();
  const half = { 'content-length': LARGE_BYTES };
  const gone = await send('x', half);
  const waiting = begin(gone.request);
  gone.client.destroy();
  await new Promise((resolve) => gone.request.once('close', resolve));
  releaseFirst();
  await assert.rejects(waiting.outcome);
  const going = await send('x', half);
  const reading = begin(going.request);
  await turn();
  going.client.destroy();
  await assert.rejects(reading.outcome);
  await read(await sendLarge(), signal);
});

it('a body that is larger than any may be is refused without waiting', async () => {
  await fill();
  const { request } = await send('x', { 'content-length': 33 * 1024 * 1024 });
  await assert.rejects(read(request, signal), { code: 'BODY_TOO_LARGE' });
});

it('a large body is given back once its message is read, and kept where it is the message', async () => {
  const data = Buffer.alloc(3_000_000, 'a row');
  const wrapped = JSON.stringify({ message: { messageId: '1', data: data.toString('base64') } });
  for (const body of [Buffer.from(wrapped), data]) {
    const { request } = await send(body);
    const { delivery, release } = await read(request, signal);
    assert.deepEqual(Buffer.from(delivery.data), data);
    release();
  }
});
