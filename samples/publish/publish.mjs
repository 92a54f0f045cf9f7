// Publishes flights to a topic: node publish.mjs projects/PROJECT/topics/features
import { readFile } from 'node:fs/promises';
import { PubSub } from '@google-cloud/pubsub';

const [name] = process.argv.slice(2);
if (name === undefined) throw new Error('Name the topic, such as projects/PROJECT/topics/features.');

const flights = [
  { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 },
  { OPERA: 'Sky Airline', TIPOVUELO: 'N', MES: 12 },
];
// told its project, the client need not look for one, which fails where the account has none
const pubsub = new PubSub({ projectId: name.split('/')[1] });
const topic = pubsub.topic(name);

const ids = await Promise.all([
  // one flight: JSON needs no attribute
  topic.publishMessage({ json: { instances: [flights[0]] } }),

  // several flights, a line each
  topic.publishMessage({
    data: Buffer.from(flights.map((flight) => JSON.stringify(flight)).join('\n')),
    attributes: { 'content-type': 'application/x-ndjson' },
  }),

  // the rows of a CSV file
  topic.publishMessage({
    data: await readFile(new URL('../flights.csv', import.meta.url)),
    attributes: { 'content-type': 'text/csv' },
  }),
]);
console.log(ids.join('\n'));
await pubsub.close();
