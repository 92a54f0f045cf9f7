// How long single predictions take while requests of 20,000 rows run one after another on another connection, against
// themselves without: `npm run bench:beside-large -- [ROUNDS] [WORD]`, of all kinds or of those with a word in their name.
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { median } from '../median.ts';
import { startDoor } from './start.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const WORD = process.argv[3] ?? '';
const ROWS = 20_000;
const ROUND_MS = 5000;
/** Singles come so far apart: what is measured is one request, not a queue of them. */
const PAUSE_MS = 5;
const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const FEATURES = '[0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,1,0,0,0,0,0]';
const repeat = (row: string): string => new Array<string>(ROWS).fill(row).join(',');

function toInference(): string {
  const data = repeat(FEATURES.slice(1, -1));
  return `{"inputs":[{"name":"features","datatype":"FP32","shape":[${ROWS},37],"data":[${data}]}]}`;
}

const LARGE = [
  ['objects by column, JSON', 'application/json', `{"instances":[${repeat(FLIGHT)}]}`],
  ['arrays of 37 features, JSON', 'application/json', `{"instances":[${repeat(FEATURES)}]}`],
  ['an inference of FP32', 'application/json', toInference()],
  ['NDJSON', 'application/x-ndjson', `${FLIGHT}\n`.repeat(ROWS)],
  ['CSV', 'text/csv', `OPERA,TIPOVUELO,MES\n${'Grupo LATAM,I,7\n'.repeat(ROWS)}`],
] as const;

function post(url: string, agent: Agent, contentType: string, body: string): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'Content-Type': contentType } },
      (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${contentType}: ${answer.statusCode}`));
        answer.resume().on('end', () => resolve(performance.now() - startMs));
      },
    );
    sent.on('error', reject).end(body);
  });
}

async function singles(url: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  for (const startMs = performance.now(); performance.now() - startMs < ROUND_MS; ) {
    took.push(await post(url, agent, 'application/json', `{"instances":[${FLIGHT}]}`));
    await wait(PAUSE_MS);
  }
  agent.destroy();
  return took;
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

const door = await startDoor('predict');
const url = `${door.url}/predict`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
console.log('| beside | p99 alone, ms | p99 beside, ms | more, ms | large requests/s |');
console.log('|---|---|---|---|---|');
for (const [name, contentType, body] of LARGE.filter(([each]) => each.includes(WORD))) {
  const largeUrl = body.startsWith('{"inputs"') ? `${door.url}/v2/models/flight-delay/infer` : url;
  const rows: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < 3; round += 1) await post(largeUrl, agent, contentType, body); // until the code is compiled
  await singles(url);
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = p99(await singles(url));
    let isOver = false;
    let large = 0;
    const others = (async () => {
      for (; !isOver; large += 1) await post(largeUrl, agent, contentType, body);
    })();
    const beside = p99(await singles(url));
    isOver = true;
    await others;
    [alone, beside, beside - alone, (large * 1000) / ROUND_MS].forEach((value, index) => {
      rows[index]?.push(value);
    });
  }
  const shown = rows.map(
    (values) =>
      `${median(values).toFixed(1)} [${Math.min(...values).toFixed(1)}..${Math.max(...values).toFixed(1)}]`,
  );
  console.log(`| ${name} | ${shown.join(' | ')} |`);
}
agent.destroy();
await door.stop();
