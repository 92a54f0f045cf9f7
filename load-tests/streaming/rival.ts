// The rival: the least that can be done for a push. It reads the body, publishes constant messages of a prediction's
// size through the same client, without a delay, and answers 204 once they are accepted. With ECHO=true they also say
// when the push's message was published, so that latencies can be told.
import { createServer } from 'node:http';
import { v1 } from '@google-cloud/pubsub';
import { toClientOptions } from '../../src/adapters/pubsub/client-options.ts';

const { PUBSUB_EMULATOR_HOST, PORT, OUTPUT_TOPIC: topic = '', ROWS = '1', ECHO } = process.env;

const prediction = {
  prediction_id: '123456/0',
  message_id: '123456',
  publish_time: '2026-01-02T03:04:05.678Z',
  row: 0,
  label: '1',
  probability: 0.69634283,
  probabilities: [0.3036572, 0.69634283],
  model_name: 'flight-delay',
  model_version: '1.0.0',
  model_digest: `sha256:${'0'.repeat(64)}`,
  scored_at: '2026-01-02T03:04:05.678Z',
};
const constant = toMessages(prediction);

function toMessages(each: object): { readonly data: Buffer }[] {
  return Array.from({ length: Number(ROWS) }, () => ({ data: Buffer.from(JSON.stringify(each)) }));
}

function echo(push: Buffer): { readonly data: Buffer }[] {
  const { message } = JSON.parse(push.toString()) as { readonly message: { readonly publishTime: string } };
  return toMessages({ ...prediction, publish_time: message.publishTime });
}

const client = new v1.PublisherClient(await toClientOptions(PUBSUB_EMULATOR_HOST));
await client.initialize();

createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(204).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const push = Buffer.concat(chunks);
    const messages = ECHO === 'true' ? echo(push) : constant;
    client.publish({ topic, messages }).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(503).end(),
    );
  });
}).listen(Number(PORT), '127.0.0.1');
