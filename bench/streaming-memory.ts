// Memory of the scoring function under large messages: `npm run bench:streaming-memory [-- ROUNDS [LOAD]] [--pubsub] [--plain]`.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { topicPath } from '../src/adapters/local/topic-file.ts';
import { startServer } from '../test/integration/function-server.ts';
import { startPubSub } from '../test/servers/pubsub.ts';
import { median } from './median.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pubsub: { type: 'boolean' }, plain: { type: 'boolean' } },
});
const [rounds = '5', only = ''] = positionals;
const AT_ONCE = 8;
const MESSAGE_BYTES = 9_990_000;

const note = 'x'.repeat(150);
const flight = (opera: string): string => JSON.stringify({ OPERA: opera, TIPOVUELO: 'I', MES: 7, note });

interface Load {
  readonly name: string;
  readonly rows: number;
  readonly data: string | Uint8Array;
  readonly attributes: Record<string, string>;
}

/** A message of equal rows that are so many bytes together. */
function toLoad(
  name: string,
  {
    before = '',
    row,
    between = '\n',
    after = '',
    type = 'application/json',
    bytes = MESSAGE_BYTES,
  }: {
    readonly before?: string;
    readonly row: string;
    readonly between?: string;
    readonly after?: string;
    readonly type?: string;
    readonly bytes?: number;
  },
): Load {
  const rows = Math.floor((bytes - before.length - after.length) / (row.length + between.length));
  const data = `${before}${`${row}${between}`.repeat(rows - 1)}${row}${after}`;
  return { name, rows, data, attributes: { 'content-type': type } };
}

const array = `[${'0,'.repeat(36)}0]`;
const instances = { before: '{"instances":[', between: ',', after: ']}' };
const lines = toLoad('NDJSON, gzip of 30 MB', {
  row: flight('Grupo LATAM'),
  type: 'application/x-ndjson',
  bytes: 30_000_000,
});
const LOADS: readonly Load[] = [
  toLoad('NDJSON', { row: flight('Grupo LATAM'), type: 'application/x-ndjson' }),
  toLoad('CSV', { before: 'OPERA,TIPOVUELO,MES,note\n', row: `Grupo LATAM,I,7,${note}`, type: 'text/csv' }),
  toLoad('instances, objects', { ...instances, row: flight('Grupo LATAM') }),
  toLoad('instances, arrays', { ...instances, row: array }),
  toLoad('instances, all bad', { ...instances, row: flight('nobody') }),
  {
    ...lines,
    data: gzipSync(lines.data),
    attributes: { ...lines.attributes, 'content-encoding': 'gzip' },
  },
];

/** The resident memory of a process, now or at its peak, in MB. */
async function readMemory(pid: number, name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
}

/** A function of its own for each load: what one load leaves behind is not the next one's. */
async function measure(
  { name, rows, data, attributes }: Load,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const source = join(import.meta.dirname, '../dist/functions/index.js');
  const server = await startServer('score', { source, environment, plain: values.plain === true });
  try {
    const push = async (id: string, message: string | Uint8Array, with_: Record<string, string>) => {
      const startMs = performance.now();
      const status = await server.push('/features', { id, data: message, attributes: with_ });
      if (status !== 204) throw new Error(`${name} was answered ${status}:\n${server.log()}`);
      return performance.now() - startMs;
    };
    await push('warm', flight('Grupo LATAM'), {});
    const atRest = await readMemory(server.pid, 'VmRSS');
    const roundMs: number[] = [];
    let worstMs = 0;
    for (let round = 0; round < Number(rounds); round += 1) {
      const startMs = performance.now();
      let isDone = false;
      const large = Array.from({ length: AT_ONCE }, (_, index) =>
        push(`${round}-${index}`, data, attributes),
      );
      const all = Promise.all(large).finally(() => {
        isDone = true;
      });
      while (!isDone) worstMs = Math.max(worstMs, await push('small', flight('Grupo LATAM'), {}));
      await all;
      roundMs.push(performance.now() - startMs);
      for (const topic of ['predictions', 'dead-letters']) {
        await rm(topicPath(server.dataDir, topic), { force: true });
      }
    }
    const peak = await readMemory(server.pid, 'VmHWM');
    const numbers = [rows, atRest, peak, median(roundMs) / 1000].map((number) => number.toFixed(0));
    return `| ${[name, ...numbers, worstMs.toFixed(0)].join(' | ')} |`;
  } finally {
    await server.stop();
  }
}

const pubsub = values.pubsub === true ? await startPubSub() : undefined;
try {
  for (const topic of ['predictions', 'dead-letters']) await pubsub?.createTopic(topic);
  const environment = pubsub && {
    PUBSUB_EMULATOR_HOST: pubsub.host,
    GOOGLE_CLOUD_PROJECT: pubsub.project,
    METADATA_SERVER_DETECTION: 'none', // the emulator takes no account
  };
  const where = pubsub === undefined ? 'local topics' : 'topics of the Pub/Sub emulator';
  console.log(`${AT_ONCE} messages of 10 MB at once, ${rounds} rounds, ${where}.\n`);
  console.log(
    '| load | rows a message | MB at rest | MB at most | s a round | ms a small message, at most |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const load of LOADS) {
    if (load.name.includes(only)) console.log(await measure(load, environment ?? {}));
  }
} finally {
  await pubsub?.stop();
}
