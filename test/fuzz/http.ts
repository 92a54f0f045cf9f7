// Sends random requests, whole and broken ones, to the prediction function under the functions framework, and stops at the
// first answer that isn't documented. `npm run fuzz:http -- --requests 1000000 --seed 1`
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent, request as send } from 'node:http';
import { parseArgs } from 'node:util';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { listen, open, type RawAnswer, type Talk } from '../integration/raw-http.ts';
import { checkAnswer } from './http-answers.ts';
import { breakBytes, type FuzzRequest, makeRequest, toBytes } from './http-requests.ts';
import { createRandom, type Random } from './random.ts';

/** What a run of requests came to. */
export interface HttpFuzzTotals {
  readonly requests: number;
  /** Answers by status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Memory of the process, after a tenth of the requests and after all, in MiB. */
  readonly rssMib: readonly [number, number];
}

const LANES = 48;

/** Broken bytes may promise more than comes: the client's side is closed after so long (milliseconds) without an end. */
const PATIENCE_MS = 150;

const LAST = Buffer.from('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');

/**
 * Tries cases, each of a seed of its own, until they have so many requests.
 *
 * @throws Error whose message names the seed of the case with an answer that may not be
 */
export async function fuzzHttp(
  server: FunctionServer,
  requests: number,
  firstSeed: number,
  onProgress: (sent: number) => void = () => undefined,
): Promise<HttpFuzzTotals> {
  const answers = new Map<number, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  let sent = 0;
  let seed = firstSeed;
  let early: number | undefined;
  const lane = async (): Promise<void> => {
    while (sent < requests) {
      const mine = seed;
      seed += 1;
      const random = createRandom(mine);
      try {
        const tried = random.chance(0.25) ? tryClient : tryBytes;
        const count = await tried(server.url, random, agent, (answer, isHead) => {
          answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
          checkAnswer(answer, isHead);
        });
        sent += count; // not before the await: others count meanwhile
      } catch (cause) {
        throw new Error(`seed ${mine}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
      if (early === undefined && sent >= requests / 10) early = await readRssMib(server.pid);
      onProgress(sent);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane)).finally(() => agent.destroy());
  assert.equal((await fetch(`${server.url}/health`)).status, 200);
  assert.doesNotMatch(server.log(), /PROCESS_FAILED|REQUEST_FAILED|Warning/);
  const late = await readRssMib(server.pid);
  return { requests: sent, answers, rssMib: [early ?? late, late] };
}

type Check = (answer: RawAnswer, isHead: boolean) => void;

/** A few requests on a connection, of which most have something broken; then a whole one that ends it. */
async function tryBytes(url: string, random: Random, _agent: Agent, check: Check): Promise<number> {
  const count = 1 + random.below(8);
  const brokenShare = random.pick([0, 0.2, 0.6]);
  const pieces = Array.from({ length: count }, () => {
    const bytes = toBytes(random, makeRequest(random, { hasHead: false }));
    return random.chance(brokenShare) ? breakBytes(random, bytes) : bytes;
  });
  const all = Buffer.concat([...pieces, LAST]);
  const socket = await open(url);
  const listening = listen(socket);
  const cut = random.chance(0.05) ? random.below(all.length) : all.length;
  const middle = random.chance(0.3) ? random.below(cut + 1) : cut;
  socket.write(all.subarray(0, middle));
  if (middle < cut) socket.write(all.subarray(middle, cut));
  const isWhole = brokenShare === 0 && cut === all.length;
  const late = isWhole ? undefined : setTimeout(() => socket.end(), cut < all.length ? 0 : PATIENCE_MS);
  const { answers, rest }: Talk = await listening.finally(() => clearTimeout(late));
  for (const answer of answers) check(answer, false);
  assert.equal(rest, '', 'bytes that are no answer');
  if (isWhole) assert.equal(answers.length, count + 1, 'an answer to each request');
  return count + 1;
}

/** One request through Node's client. */
async function tryClient(url: string, random: Random, agent: Agent, check: Check): Promise<number> {
  const { method, path, headers, body, isChunked }: FuzzRequest = makeRequest(random, { hasHead: true });
  const length = body === undefined || isChunked ? {} : { 'content-length': body.length };
  const answer = await new Promise<RawAnswer>((resolve, reject) => {
    const latin = Object.entries(headers).map(([name, value]) => [
      name,
      Buffer.from(value).toString('latin1'),
    ]);
    const call = send(url + path, { method, agent, headers: { ...Object.fromEntries(latin), ...length } });
    call.on('error', reject).on('response', async (response) => {
      const chunks: Buffer[] = await response.toArray();
      const text = Buffer.concat(chunks).toString();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers as Record<string, string>,
        body: text,
      });
    });
    call.end(body);
  });
  check(answer, method === 'HEAD');
  return 1;
}

async function readRssMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`Seeds from ${seed} on.`);
  const server = await startServer('predict');
  const start = performance.now();
  let told = 0;
  try {
    const { requests, answers, rssMib } = await fuzzHttp(server, Number(values.requests), seed, (sent) => {
      if (sent < told) return;
      told += 100_000;
      console.log(`${sent} requests after ${Math.round((performance.now() - start) / 1000)} s.`);
    });
    const counts = [...answers].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    console.log(`${requests} requests, answers ${counts.join(', ')}; memory ${rssMib.join(' and ')} MiB.`);
  } finally {
    await server.kill();
  }
}
