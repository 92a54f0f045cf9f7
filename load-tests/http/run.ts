// Loads the prediction function with wrk, a door after the other, and checks every answer: `npm run load-test`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../test/integration/function-server.ts';
import { DOORS, type Door } from './doors.ts';
import { type HttpLoadOptions, parseHttpOptions } from './options.ts';

/** What check.lua says of one door. */
interface Outcome {
  readonly requests: number;
  readonly seconds: number;
  readonly checked: number;
  readonly wrongStatus: number;
  readonly wrongBody: number;
  readonly socketErrors: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const root = join(import.meta.dirname, '../..');

try {
  const options = parseHttpOptions(process.argv.slice(2));
  const server =
    options.url === undefined
      ? await startServer('predict', { source: join(root, 'dist/functions/index.js') })
      : undefined;
  try {
    await loadAll(server?.url ?? options.url ?? '', options);
  } finally {
    await server?.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function loadAll(url: string, options: HttpLoadOptions): Promise<void> {
  const { connections, duration, json } = options;
  console.log(`${url}: ${connections} connections, ${duration} s a door, one prediction a request\n`);
  console.log('| door | requests/s | p50 ms | p90 ms | p99 ms | max ms | wrong answers |');
  console.log('|---|---|---|---|---|---|---|');
  const outcomes: Record<string, Outcome> = {};
  let wrongs = 0;
  for (const door of DOORS) {
    const outcome = await load(url, door, options);
    outcomes[door.name] = outcome;
    const wrong = outcome.wrongStatus + outcome.wrongBody + outcome.socketErrors;
    wrongs += wrong;
    const times = [outcome.p50Ms, outcome.p90Ms, outcome.p99Ms, outcome.maxMs].map((ms) => ms.toFixed(2));
    const rate = Math.round(outcome.requests / outcome.seconds);
    console.log(`| ${[door.name, rate, ...times, wrong].join(' | ')} |`);
  }
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ url, connections, duration, outcomes })}\n`);
  if (wrongs > 0) throw new Error(`\n${wrongs} answers were wrong: another status, another body, or none.`);
}

async function load(url: string, door: Door, options: HttpLoadOptions): Promise<Outcome> {
  const { connections, duration, token } = options;
  const address = url + door.path;
  const authorization = token === undefined ? [] : [`Bearer ${token}`];
  const answer = await ask(address, door, authorization);
  const threads = Math.min(2, availableParallelism(), connections);
  const script = ['-s', join(import.meta.dirname, 'check.lua'), address, '--'];
  const words = [`-t${threads}`, `-c${connections}`, `-d${duration}s`, '--timeout', '10s', ...script];
  const { contentType, body } = door;
  const child = spawn('wrk', [...words, contentType, body, answer, ...authorization], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close').catch((cause: unknown) => {
    throw new Error('wrk could not be started: install it (apt-get install wrk).', { cause });
  });
  const result = /^RESULT (.*)$/m.exec(printed)?.[1];
  if (code !== 0 || result === undefined) throw new Error(`wrk failed:\n${printed}`);
  const outcome = JSON.parse(result) as Outcome; // printed by check.lua
  if (outcome.checked === 0) throw new Error(`${address} answered nothing.`);
  return outcome;
}

/** The answer that each of a door's must equal. */
async function ask(address: string, door: Door, authorization: readonly string[]): Promise<string> {
  const [token] = authorization;
  const headers = {
    'Content-Type': door.contentType,
    ...(token === undefined ? {} : { Authorization: token }),
  };
  const answer = await fetch(address, { method: 'POST', headers, body: door.body });
  const text = await answer.text();
  if (answer.status === 200 && text.includes(door.holds)) return text;
  throw new Error(`${address}, ${door.name}: ${answer.status} ${text}; expected 200 and ${door.holds}.`);
}
